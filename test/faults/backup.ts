import assert from "node:assert/strict";
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { undurablePerSlot } from "#src/engine/deliver/hand-over.ts";
import { applyCatalog, makeKey, startCaromProcess, temporaryFolder } from "#test/support/carom-process.ts";
import { startCountingReceiver } from "#test/support/counting-receiver.ts";
import { durablyDelivered } from "#test/support/durably-delivered.ts";
import { numbersFrom, sendEventLoad } from "#test/support/event-load.ts";
import { onePartnerCatalog } from "#test/support/one-partner-catalog.ts";
import { postbackStates } from "#test/support/postback-states.ts";
import { reckon } from "#test/support/reckoning.ts";
import { until } from "#test/support/until.ts";
import type { FaultScript } from "./fault-script.ts";

const inFlight = 4;

export const backup: FaultScript = {
  name: "backup restored",
  promise: "a backup made under load, restored into a new folder, serves and delivers what it holds",
  sizes: { short: 1, long: 1, longSeeds: 3 },
  run: async (t, play) => {
    const folder = temporaryFolder();
    const restored = temporaryFolder();
    const receiver = await startCountingReceiver({ answerDelayMs: 20 });
    const carom = await startCaromProcess({ folder: folder.path });
    t.after(async () => {
      await carom.kill("SIGKILL");
      await receiver.close();
      folder.remove();
      restored.remove();
    });
    await applyCatalog(carom, onePartnerCatalog(receiver.url, { limits: { in_flight_max: inFlight } }));
    const key = await makeKey(carom, { kind: "ingest", app_id: "com.example.game" });
    const load = { url: carom.url, key, batch: 50 };
    const before = await sendEventLoad({ ...load, numbers: numbersFrom(0, 2_000), connections: 4 });
    let ended = false;
    const sending = sendEventLoad({
      ...load,
      numbers: numbersFrom(10_000, 20_000),
      connections: 2,
      stopped: () => ended,
    });
    const heardFirst = play.between(50, 600);
    await until("load beside the backup", () => receiver.heard.size > heardFirst);
    const heardAtBackup = [...receiver.heard.keys()];
    const target = join(folder.path, "backup.db");
    const answer = await carom.local({ method: "POST", path: "/local/backup", body: { target } });
    assert.equal(answer.status, 200, answer.text);
    ended = true;
    const during = await sending;
    await carom.kill("SIGKILL");
    const deliveredBefore = receiver.heard.size;

    copyFileSync(target, join(restored.path, "data.db"));
    copyFileSync(join(folder.path, "encryption.key"), join(restored.path, "encryption.key"));
    const durable = durablyDelivered(restored.path).map((url) => Number(url.searchParams.get("n")));
    const next = await startCaromProcess({ folder: restored.path });
    t.after(() => next.kill("SIGKILL"));
    const held = [...(await postbackStates(next)).keys()];
    await until("the first delivery by the catalog of the backup", () => receiver.heard.size > deliveredBefore);
    // The rest of it faster: what is shown is that all of it goes out.
    await applyCatalog(next, onePartnerCatalog(receiver.url, { limits: { in_flight_max: 256 } }));
    await receiver.allHeard(held, 20_000);
    const states = await until("the end of every postback in the backup", async () => {
      const now = await postbackStates(next);
      return [...now.values()].every((state) => state === "delivered") && now;
    });
    const sample = before.acknowledged.at(-1);
    const found = await next.local({ method: "GET", path: `/v1/postbacks?click_id=${sample}` });

    t.diagnostic(
      `${held.length} postbacks in the backup, of ${before.acknowledged.length} events accepted before it and ${during.acknowledged.length} while it was made; ${deliveredBefore} delivered before the restore`,
    );
    const books = reckon(t, "restored", { accepted: before.acknowledged, heard: receiver.heard });
    assert.equal(before.acknowledged.length, 2_000);
    assert.ok(during.acknowledged.length > 0, "nothing was accepted while the backup was made, so nothing was shown");
    const missing = before.acknowledged.filter((number) => !states.has(number));
    assert.deepEqual(missing, [], "accepted before the backup and not in it");
    assert.match(found.text, new RegExp(`n=${sample}&`), "a search over the restored folder does not find it");
    // The key is in the backup too: who sent events before sends them to the restored server.
    const more = await sendEventLoad({
      url: next.url,
      key,
      numbers: numbersFrom(50_000, 50),
      batch: 50,
      connections: 1,
    });
    await receiver.allHeard(more.acknowledged, 20_000);
    assert.equal(more.acknowledged.length, 50);
    for (const [number, ids] of receiver.postbackIds)
      assert.equal(ids.size, 1, `event ${number} went out under two postback ids`);
    const again = (numbers: readonly number[]): readonly number[] =>
      numbers.filter((number) => (receiver.heard.get(number) ?? 0) > 1);
    assert.ok(durable.length > 0, "no delivery was in the backup, so nothing was shown");
    assert.deepEqual(again(durable), [], "whose delivery was in the backup was sent again");
    // What was delivered after the backup goes out again from it; of what was before, only what was in flight.
    return { ...books, doubled: again(heardAtBackup).length, doubledMax: undurablePerSlot * inFlight };
  },
};
