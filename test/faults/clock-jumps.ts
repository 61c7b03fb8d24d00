import assert from "node:assert/strict";
import { applyCatalog, makeKey, startCaromProcess, temporaryFolder } from "#test/support/carom-process.ts";
import { startCountingReceiver } from "#test/support/counting-receiver.ts";
import { numbersFrom, sendEventLoad } from "#test/support/event-load.ts";
import { cannotFakeClock, fakedClock } from "#test/support/faked-clock.ts";
import { onePartnerCatalog } from "#test/support/one-partner-catalog.ts";
import { reckon } from "#test/support/reckoning.ts";
import { until } from "#test/support/until.ts";
import type { FaultScript } from "./fault-script.ts";

const hourS = 3_600;
const retryDelayMs = 3_000;

/** Sooner than this after a refusal is early: the delay of a retry may be shortened by chance by a part of it. */
const earlyMs = retryDelayMs / 2;

/** Every seventh number is refused twice: fewer than would open a breaker, and at any moment some of them wait. */
const statusOf = (number: number, refusedBefore: number): number => (number % 7 === 0 && refusedBefore < 2 ? 500 : 200);

export const clockJumps: FaultScript = {
  name: "clock jumps by an hour",
  promise:
    "when the wall clock jumps an hour forward and back, nothing is lost or doubled, and no retry is early more than once for a jump",
  sizes: { short: 2, long: 10, longSeeds: 2 },
  cannotRun: () => cannotFakeClock("a clock that jumps"),
  run: async (t, { strikes, between, chance }) => {
    const folder = temporaryFolder();
    const clock = fakedClock(folder.path);
    const triesAt = new Map<number, number[]>();
    const receiver = await startCountingReceiver({
      statusOf: (number, refusedBefore) => {
        triesAt.set(number, [...(triesAt.get(number) ?? []), performance.now()]);
        return statusOf(number, refusedBefore);
      },
    });
    const carom = await startCaromProcess({ folder: folder.path, environment: clock.environment });
    t.after(async () => {
      await carom.kill("SIGKILL");
      await receiver.close();
      folder.remove();
    });
    const delays = Array.from({ length: 9 }, () => `${retryDelayMs}ms`);
    await applyCatalog(carom, onePartnerCatalog(receiver.url, { retry_policy: { delays } }));
    const key = await makeKey(carom, { kind: "ingest", app_id: "com.example.game" });
    let ended = false;
    const sending = sendEventLoad({
      url: carom.url,
      key,
      numbers: numbersFrom(0),
      batch: 5,
      connections: 1,
      stopped: () => ended,
    });
    const moreHeard = async (): Promise<void> => {
      const heardBefore = receiver.heard.size;
      const more = between(200, 800);
      await until("postbacks under way", () => receiver.heard.size > heardBefore + more);
    };
    let offset = 0;
    const forwardAt: number[] = [];
    const jumpedAt: number[] = [];
    const jumpTo = (next: number): void => {
      jumpedAt.push(performance.now());
      if (next > offset) forwardAt.push(performance.now());
      offset = next;
      clock.moveTo(offset);
    };
    await moreHeard();
    for (let jump = 0; jump < strikes; jump += 1) {
      jumpTo(offset === 0 ? (chance.fraction() < 0.5 ? -hourS : hourS) : 0);
      await moreHeard();
    }
    ended = true;
    const { acknowledged, refused, unknown } = await sending;
    // What was refused while the clock was ahead is due when it is there again: an hour later, or by this jump.
    jumpTo(hourS);
    await receiver.allHeard(acknowledged, 30_000);
    const books = reckon(t, `${strikes} jumps`, { accepted: acknowledged, heard: receiver.heard });
    assert.deepEqual([refused, unknown], [[], []]);
    const retries = [...triesAt.values()].flatMap((times) =>
      times.slice(1).map((at, index) => ({ after: times[index] ?? Number.NaN, at })),
    );
    const early = retries.filter(({ after, at }) => at - after < earlyMs);
    // Each jump is in one wait of a postback, so none made it early more than once.
    const uncaused = early.filter(({ after, at }) => !forwardAt.some((jumpAt) => jumpAt > after && jumpAt < at));
    t.diagnostic(`${retries.length} retries, ${early.length} early by one of ${forwardAt.length} jumps forward`);
    const overJump = retries.filter(({ after, at }) => jumpedAt.some((jumpAt) => jumpAt > after && jumpAt < at));
    assert.ok(overJump.length > 0, "no retry waited over a jump, so nothing was shown");
    assert.deepEqual(uncaused, [], "a retry was early, and no jump had made it so");
    return { ...books, doubledMax: 0 };
  },
};
