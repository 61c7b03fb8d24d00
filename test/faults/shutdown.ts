import assert from "node:assert/strict";
import { applyCatalog, makeKey, startCaromProcess, temporaryFolder } from "#test/support/carom-process.ts";
import { startCountingReceiver } from "#test/support/counting-receiver.ts";
import { numbersFrom, sendEventLoad } from "#test/support/event-load.ts";
import { appWith, onePartnerCatalog, partnerTo } from "#test/support/one-partner-catalog.ts";
import { reckon } from "#test/support/reckoning.ts";
import { until } from "#test/support/until.ts";
import { type FaultScript, sumBooks } from "./fault-script.ts";

export const terminated: FaultScript = {
  name: "SIGTERM under load",
  promise: "SIGTERM under load exits 0, and what it had accepted goes out once, now or after the next start",
  sizes: { short: 1, long: 1, longSeeds: 3 },
  run: async (t, play) => {
    const folder = temporaryFolder();
    const receiver = await startCountingReceiver({ answerDelayMs: 5 });
    t.after(async () => {
      await receiver.close();
      folder.remove();
    });
    const carom = await startCaromProcess({ folder: folder.path });
    await applyCatalog(carom, onePartnerCatalog(receiver.url));
    const key = await makeKey(carom, { kind: "ingest", app_id: "com.example.game" });
    const heardBefore = play.between(100, 1_500);
    let ended = false;
    const load = sendEventLoad({
      url: carom.url,
      key,
      numbers: numbersFrom(0),
      batch: 100,
      connections: 4,
      stopped: () => ended,
    });
    await until("the first postbacks", () => receiver.heard.size > heardBefore);
    const code = await carom.kill("SIGTERM");
    ended = true;
    const { acknowledged, unknown } = await load;
    const heardAtExit = receiver.heard.size;

    const next = await startCaromProcess({ folder: folder.path });
    await receiver.allHeard(acknowledged, 15_000);
    await next.kill("SIGTERM");
    t.diagnostic(`${heardAtExit} heard before the exit, ${unknown.length} unanswered`);
    const books = reckon(t, "over the exit", { accepted: acknowledged, heard: receiver.heard });
    assert.equal(code, 0, carom.log());
    return { ...books, doubledMax: 0 };
  },
};

export const terminatedWhileHanging: FaultScript = {
  name: "SIGTERM with a hanging receiver",
  promise: "a receiver that hangs does not keep a server from its end, and what it held goes out after the next start",
  sizes: { short: 1, long: 1, longSeeds: 3 },
  run: async (t, play) => {
    const folder = temporaryFolder();
    let hangs = true;
    const hanging = await startCountingReceiver({ statusOf: () => (hangs ? null : 200) });
    const healthy = await startCountingReceiver();
    t.after(async () => {
      await hanging.close();
      await healthy.close();
      folder.remove();
    });
    const environment = { CAROM_SHUTDOWN_GRACE_SECONDS: "2" };
    const carom = await startCaromProcess({ folder: folder.path, environment });
    await applyCatalog(carom, {
      carom: 1,
      partners: [
        // Its attempts end long after the grace: nothing but the grace ends this process.
        partnerTo({ id: "hanging_int", receiverUrl: hanging.url, retry_policy: { delays: ["1s"], timeout: "2m" } }),
        partnerTo({ id: "healthy_int", receiverUrl: healthy.url }),
      ],
      apps: [appWith(["hanging_int", "healthy_int"])],
    });
    const key = await makeKey(carom, { kind: "ingest", app_id: "com.example.game" });
    const heardBefore = play.between(100, 1_500);
    let ended = false;
    const load = sendEventLoad({
      url: carom.url,
      key,
      numbers: numbersFrom(0),
      batch: 50,
      connections: 2,
      stopped: () => ended,
    });
    await until("attempts that hang", () => hanging.refused.size > 10 && healthy.heard.size > heardBefore);
    const code = await carom.kill("SIGTERM");
    ended = true;
    const { acknowledged } = await load;
    const heldAtExit = hanging.refused.size;

    hangs = false;
    const next = await startCaromProcess({ folder: folder.path, environment });
    await healthy.allHeard(acknowledged, 15_000);
    await hanging.allHeard(acknowledged, 15_000);
    await next.kill("SIGTERM");
    t.diagnostic(`${heldAtExit} attempts hung at the exit`);
    const calm = reckon(t, "healthy", { accepted: acknowledged, heard: healthy.heard });
    const held = reckon(t, "hanging", { accepted: acknowledged, heard: hanging.heard });
    assert.equal(code, 0, carom.log());
    assert.match(carom.log(), /"msg":"stopped"/, "it ended, and not in order");
    return sumBooks([calm, held].map((books) => ({ ...books, doubledMax: 0 })));
  },
};
