import assert from "node:assert/strict";
import { applyCatalog, makeKey, startCaromProcess, temporaryFolder } from "#test/support/carom-process.ts";
import { startCountingReceiver } from "#test/support/counting-receiver.ts";
import { numbersFrom, sendEventLoad } from "#test/support/event-load.ts";
import { onePartnerCatalog } from "#test/support/one-partner-catalog.ts";
import { reckon } from "#test/support/reckoning.ts";
import { until } from "#test/support/until.ts";
import type { FaultScript } from "./fault-script.ts";

export const twoProcesses: FaultScript = {
  name: "two processes on one folder",
  promise: "a second process on a folder is refused with words while the first goes on, and nothing is lost or doubled",
  sizes: { short: 2, long: 12, longSeeds: 1 },
  run: async (t, { strikes, between }) => {
    const folder = temporaryFolder();
    const receiver = await startCountingReceiver({ answerDelayMs: 2 });
    const carom = await startCaromProcess({ folder: folder.path });
    t.after(async () => {
      await carom.kill("SIGKILL");
      await receiver.close();
      folder.remove();
    });
    await applyCatalog(carom, onePartnerCatalog(receiver.url));
    const key = await makeKey(carom, { kind: "ingest", app_id: "com.example.game" });
    let ended = false;
    const sending = sendEventLoad({
      url: carom.url,
      key,
      numbers: numbersFrom(0),
      batch: 20,
      connections: 2,
      stopped: () => ended,
    });
    for (let second = 0; second < strikes; second += 1) {
      const heardBefore = receiver.heard.size;
      const more = between(50, 500);
      await until("postbacks under way", () => receiver.heard.size > heardBefore + more);
      // The socket in the folder is the first one's; the second must leave it to it.
      await assert.rejects(
        startCaromProcess({ folder: folder.path, keepSocket: true }),
        /belongs to another running Carom/,
      );
    }
    const answer = await carom.local({ method: "GET", path: "/healthz" });
    const heardBefore = receiver.heard.size;
    await until("postbacks after the last refusal", () => receiver.heard.size > heardBefore + 50);
    ended = true;
    const { acknowledged, refused, unknown } = await sending;
    await receiver.allHeard(acknowledged, 20_000);
    const books = reckon(t, `${strikes} second processes`, { accepted: acknowledged, heard: receiver.heard });
    assert.equal(answer.status, 200, "the socket of the first is gone");
    assert.deepEqual([refused, unknown], [[], []]);
    return { ...books, doubledMax: 0 };
  },
};
