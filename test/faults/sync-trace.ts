import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { request } from "undici";
import { applyCatalog, makeKey, startCaromProcess, temporaryFolder } from "#test/support/carom-process.ts";
import { startCountingReceiver } from "#test/support/counting-receiver.ts";
import { numbersFrom, purchase } from "#test/support/event-load.ts";
import { cannotInject } from "#test/support/fault-injection.ts";
import { onePartnerCatalog } from "#test/support/one-partner-catalog.ts";
import { type Reckoning, reckon } from "#test/support/reckoning.ts";
import { acknowledgement, judgeSyncs, outcome, type SyncJudgement } from "#test/support/sync-trace.ts";
import { until } from "#test/support/until.ts";
import type { FaultScript } from "./fault-script.ts";

export const powerLoss: FaultScript = {
  name: "power loss (trace)",
  promise: "the log is synced between the last write of a commit and its 202, and before anybody hears of an outcome",
  sizes: { short: 20, long: 200, longSeeds: 1 },
  cannotRun: () => cannotInject("a sync of the log before each 202 and each outcome"),
  run: async (t, { strikes: events }) => {
    const { books, acknowledgements, outcomes } = await traceOf(events);
    t.diagnostic(
      `${acknowledgements.told} answers, ${acknowledgements.unsynced} without a sync of the log before them; ${outcomes.told} outcomes, ${outcomes.unsynced} told before they were synced`,
    );
    assert.deepEqual(acknowledgements, { told: events, unsynced: 0 });
    assert.deepEqual(outcomes, { told: events, unsynced: 0 });
    return { ...books, doubledMax: 0 };
  },
};

/** `kill -9` cannot show an fsync, since the kernel keeps the pages: a trace of the system calls can. */

export type Traced = {
  readonly books: Reckoning;
  readonly acknowledgements: SyncJudgement;
  readonly outcomes: SyncJudgement;
};

/** Sends events one at a time to a traced server, each until the API tells of its delivery, so that each has commits of its own. */
export const traceOf = async (events: number, checkout?: string): Promise<Traced> => {
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
  try {
    await applyCatalog(carom, onePartnerCatalog(receiver.url));
    const key = await makeKey(carom, { kind: "ingest", app_id: "com.example.game" });
    for (let number = 0; number < events; number += 1) {
      const { statusCode, body } = await request(`${carom.url}/v1/events`, {
        method: "POST",
        headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
        body: JSON.stringify(purchase(number)),
      });
      assert.equal(statusCode, 202, await body.text());
      await until("the delivery", async () => {
        const { text } = await carom.local({ method: "GET", path: `/v1/postbacks?click_id=${number}&state=delivered` });
        return text.includes('"state":"delivered"');
      });
    }
  } finally {
    await carom.kill("SIGTERM");
    await receiver.close();
  }
  const text = readFileSync(trace, "utf8");
  folder.remove();
  const books = reckon({ diagnostic: () => {} }, "traced", {
    accepted: [...numbersFrom(0, events)],
    heard: receiver.heard,
  });
  return { books, acknowledgements: judgeSyncs(text, acknowledgement), outcomes: judgeSyncs(text, outcome) };
};
