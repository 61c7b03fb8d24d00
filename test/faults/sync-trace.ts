import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { applyCatalog, makeKey, startCaromProcess, temporaryFolder } from "#test/support/carom-process.ts";
import { startCountingReceiver } from "#test/support/counting-receiver.ts";
import { cannotInject } from "#test/support/fault-injection.ts";
import { intakeDoors, sendAtDoor } from "#test/support/intake-doors.ts";
import { onePartnerCatalog } from "#test/support/one-partner-catalog.ts";
import { type Reckoning, reckon } from "#test/support/reckoning.ts";
import { acknowledgement, judgeSyncs, outcome, type SyncJudgement } from "#test/support/sync-trace.ts";
import { until } from "#test/support/until.ts";
import type { FaultScript } from "./fault-script.ts";

export const powerLoss: FaultScript = {
  name: "power loss (trace)",
  promise:
    "at every way in the log is synced between the last write of a commit and its answer, and before anybody hears of an outcome",
  sizes: { short: 3, long: 25, longSeeds: 1 },
  cannotRun: () => cannotInject("a sync of the log before each 202 and each outcome"),
  run: async (t, { strikes: times }) => {
    const { books, requests, acknowledgements, outcomes } = await traceOf(times);
    t.diagnostic(
      `${acknowledgements.told} answers at ${intakeDoors.length} ways in, ${acknowledgements.unsynced} without a sync of the log before them; ${outcomes.told} outcomes, ${outcomes.unsynced} told before they were synced`,
    );
    assert.deepEqual(acknowledgements, { told: requests, unsynced: 0 });
    assert.deepEqual(outcomes, { told: requests, unsynced: 0 });
    return { ...books, doubledMax: 0 };
  },
};

/** `kill -9` cannot show an fsync, since the kernel keeps the pages: a trace of the system calls can. */

export type Traced = {
  readonly books: Reckoning;
  readonly requests: number;
  readonly acknowledgements: SyncJudgement;
  readonly outcomes: SyncJudgement;
};

/** Events of one request where it may carry several. */
const batch = 3;

/** Sends requests one at a time to a traced server, so often at each way in, each until the API tells of its delivery, so that each has commits of its own. */
export const traceOf = async (times: number, checkout?: string): Promise<Traced> => {
  const folder = temporaryFolder();
  const trace = join(folder.path, "trace");
  const receiver = await startCountingReceiver();
  const calls = "trace=read,pwrite64,pwritev,write,writev,sendto,sendmsg,fdatasync,fsync";
  const carom = await startCaromProcess({
    folder: folder.path,
    // -I 2: by itself strace with -o blocks the signal that is to end it.
    wrapper: ["strace", "-I", "2", "-f", "-y", "-s", "2048", "-e", calls, "-o", trace],
    ...(checkout === undefined ? {} : { checkout }),
  });
  const accepted: number[] = [];
  let requests = 0;
  try {
    await applyCatalog(carom, onePartnerCatalog(receiver.url, { number: "customer_user_id" }));
    const key = await makeKey(carom, { kind: "ingest", app_id: "com.example.game" });
    for (const door of Array.from({ length: times }, () => intakeDoors).flat()) {
      const numbers = Array.from({ length: door.eventsMax ?? batch }, (_, index) => accepted.length + index);
      assert.equal(await sendAtDoor(door, { url: carom.url, key }, numbers), "taken", door.name);
      requests += 1;
      accepted.push(...numbers);
      // All of them before anybody asks: the first answer that tells of an outcome tells of the last one, too.
      await receiver.allHeard(numbers, 10_000);
      await until("the delivery", async () => {
        const last = numbers.at(-1);
        const { text } = await carom.local({ method: "GET", path: `/v1/postbacks?user_id=${last}&state=delivered` });
        return text.includes('"state":"delivered"');
      });
    }
  } finally {
    await carom.kill("SIGTERM");
    await receiver.close();
  }
  const text = readFileSync(trace, "utf8");
  folder.remove();
  const books = reckon({ diagnostic: () => {} }, "traced", { accepted, heard: receiver.heard });
  return { books, requests, acknowledgements: judgeSyncs(text, acknowledgement), outcomes: judgeSyncs(text, outcome) };
};
