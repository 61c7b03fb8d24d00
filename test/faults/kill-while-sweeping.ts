import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
import { undurablePerSlot } from "#src/engine/deliver/hand-over.ts";
import { applyCatalog, makeKey, startCaromProcess, temporaryFolder } from "#test/support/carom-process.ts";
import { startCountingReceiver } from "#test/support/counting-receiver.ts";
import { durablyDelivered, durablyDeliveredNow } from "#test/support/durably-delivered.ts";
import { numbersFrom, sendEventLoad } from "#test/support/event-load.ts";
import { cannotFakeClock, fakedClock } from "#test/support/faked-clock.ts";
import { onePartnerCatalog } from "#test/support/one-partner-catalog.ts";
import { reckon } from "#test/support/reckoning.ts";
import { until } from "#test/support/until.ts";
import type { FaultScript } from "./fault-script.ts";

const dayS = 24 * 3_600;
/** Older than what is kept, and younger than a retry that waits the longest that one may, by half where chance says so. */
const longAgoS = -2 * dayS;
const environment = { CAROM_RETENTION_EVENTS_DAYS: "1" };
const longestDelay = "7d";
const oldEvents = 6_000;
const inFlight = 32;

/** Of the old ones every tenth is refused while it is young: it waits until all of its time has been swept. */
const waitsLong = (number: number): boolean => number < oldEvents && number % 10 === 0;

/** Of those that were delivered long ago, how many are still in the folder. */
const keptOf = (delivered: readonly URL[]): number =>
  delivered.filter((url) => {
    const number = Number(url.searchParams.get("n"));
    return number < oldEvents && !waitsLong(number);
  }).length;

export const killWhileSweeping: FaultScript = {
  name: "kill -9 while retention sweeps",
  promise:
    "a kill -9 while old history is swept loses nothing that waits, old or new, and what was delivered is not sent again",
  sizes: { short: 1, long: 3, longSeeds: 1 },
  cannotRun: () => cannotFakeClock("a history that is old enough to be swept"),
  run: async (t, { strikes, between }) => {
    const folder = temporaryFolder();
    const clock = fakedClock(folder.path);
    let isYoung = true;
    const receiver = await startCountingReceiver({
      statusOf: (number) => (isYoung && waitsLong(number) ? 503 : 200),
    });
    t.after(async () => {
      await receiver.close();
      folder.remove();
    });
    const options = { folder: folder.path, environment: { ...environment, ...clock.environment } };
    const delays = Array.from({ length: 9 }, () => longestDelay);
    clock.moveTo(longAgoS);
    const old = await startCaromProcess(options);
    const limits = { in_flight_max: inFlight };
    const catalog = onePartnerCatalog(receiver.url, { limits, retry_policy: { delays } });
    await applyCatalog(old, catalog);
    const key = await makeKey(old, { kind: "ingest", app_id: "com.example.game" });
    const first = await sendEventLoad({
      url: old.url,
      key,
      numbers: numbersFrom(0, oldEvents),
      batch: 50,
      connections: 2,
    });
    await receiver.allHeard(
      first.acknowledged.filter((number) => !waitsLong(number)),
      20_000,
    );
    await old.kill("SIGTERM");
    const oldDelivered = keptOf(durablyDelivered(folder.path));

    isYoung = false;
    clock.moveTo(0);
    const accepted = [...first.acknowledged];
    const keptAtKills: number[] = [];
    for (let strike = 0; strike < strikes; strike += 1) {
      const carom = await startCaromProcess(options);
      let ended = false;
      const numbers = numbersFrom(1_000_000 * (strike + 1));
      const sending = sendEventLoad({ url: carom.url, key, numbers, batch: 20, connections: 2, stopped: () => ended });
      const keptNow = (): number => keptOf(durablyDeliveredNow(folder.path));
      const keptBefore = keptNow();
      await until("a slice that is swept", () => keptNow() < keptBefore || keptBefore === 0);
      await delay(between(0, 30));
      await carom.kill("SIGKILL");
      ended = true;
      keptAtKills.push(keptOf(durablyDelivered(folder.path)));
      accepted.push(...(await sending).acknowledged);
    }
    const last = await startCaromProcess(options);
    t.after(() => last.kill("SIGKILL"));
    await until("the end of the sweeping", () => keptOf(durablyDeliveredNow(folder.path)) === 0);
    const waitedOn = first.acknowledged.filter((number) => waitsLong(number) && !receiver.heard.has(number));
    // Now what waits is due.
    clock.moveTo(8 * dayS);
    await receiver.allHeard(accepted, 30_000);
    await last.kill("SIGTERM");
    t.diagnostic(
      `${oldDelivered} delivered long ago, not yet swept at the kills: ${keptAtKills.join(", ")}; ${waitedOn.length} waited until all were`,
    );
    assert.ok(waitedOn.length > 0, "nothing waited over the sweeping, so nothing was shown");
    const books = reckon(t, `${strikes} kills while sweeping`, { accepted, heard: receiver.heard });
    const again = [...receiver.heard].filter(
      ([number, times]) => number < oldEvents && !waitsLong(number) && times > 1,
    );
    assert.deepEqual(again, [], "what was delivered long ago was sent again");
    return { ...books, doubledMax: strikes * undurablePerSlot * inFlight };
  },
};
