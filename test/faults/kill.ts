import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
import { undurablePerSlot } from "#src/engine/deliver/hand-over.ts";
import {
  applyCatalog,
  type CaromProcess,
  killCaromAtStart,
  makeKey,
  startCaromProcess,
  temporaryFolder,
} from "#test/support/carom-process.ts";
import { type CountedInFolder, countedInFolder } from "#test/support/counted-in-folder.ts";
import { type CountingReceiver, startCountingReceiver } from "#test/support/counting-receiver.ts";
import { durablyDelivered } from "#test/support/durably-delivered.ts";
import { numbersFrom, sendEventLoad } from "#test/support/event-load.ts";
import { installFor, isPurchase, isRepeatable, kindOf, mixedCatalog, mixedEvent } from "#test/support/mixed-load.ts";
import { reckon } from "#test/support/reckoning.ts";
import { until } from "#test/support/until.ts";
import { type FaultContext, type FaultScript, sumBooks } from "./fault-script.ts";

/** What is in flight at one moment: attempts under way, and outcomes that are not durable yet. Bounds the doubles of one kill. */
const attemptsMax = 64;
const inFlightMax = undurablePerSlot * attemptsMax;

type Receivers = Readonly<Record<"steady" | "flaky" | "attributed", CountingReceiver>>;

/** Of every fourth number the first attempt fails: its retry waits, and often over a kill. Fewer than would open a breaker. */
const startReceivers = async (context: FaultContext): Promise<Receivers> => {
  const receivers = {
    steady: await startCountingReceiver({ answerDelayMs: 2 }),
    flaky: await startCountingReceiver({
      statusOf: (number, refusedBefore) => (number % 4 === 0 && refusedBefore === 0 ? 500 : 200),
    }),
    attributed: await startCountingReceiver(),
  };
  context.after(async () => {
    for (const receiver of Object.values(receivers)) await receiver.close();
  });
  return receivers;
};

/** What the load knows of its numbers, over all kills. */
class Books {
  readonly acknowledged = new Set<number>();
  /** Not known to be in: to be sent again where that is safe. */
  readonly open = new Set<number>();
  readonly #fresh = numbersFrom(0);
  sent = 0;
  repeated = 0;

  /** What was not answered, and then new ones. */
  *numbers(): Generator<number> {
    for (const number of [...this.open].filter(isRepeatable)) {
      this.repeated += 1;
      yield number;
    }
    for (const number of this.#fresh) {
      this.sent = number + 1;
      yield number;
    }
  }

  repeats(): readonly number[] {
    return [...this.open].filter(isRepeatable);
  }

  async load(to: { carom: CaromProcess; key: string }, from: Iterable<number>, stopped = () => false): Promise<void> {
    const given: number[] = [];
    const noted = function* (): Generator<number> {
      for (const number of from) {
        given.push(number);
        yield number;
      }
    };
    const { acknowledged } = await sendEventLoad({
      url: to.carom.url,
      key: to.key,
      numbers: noted(),
      batch: 50,
      connections: 4,
      eventOf: mixedEvent,
      stopped,
    });
    for (const number of given) this.open.add(number);
    for (const number of acknowledged) {
      this.open.delete(number);
      this.acknowledged.add(number);
    }
  }
}

/** Whatever the moment: statistics, totals and rows are of one commit, and tell of the same accepted, matches, skips and ends. */
const assertCounted = ({ counters, totals, rows }: CountedInFolder, when: string): void => {
  assert.deepEqual(counters, totals, `${when}: statistics are not what the totals say`);
  const told = Object.fromEntries(Object.keys(rows).map((measure) => [measure, totals[measure] ?? 0]));
  assert.deepEqual(rows, told, `${when}: totals are not what the rows say`);
};

const timesHeard = (receivers: Receivers, url: URL): number => {
  const receiver = Object.values(receivers).find((one) => one.url === url.origin);
  return receiver?.heard.get(Number(url.searchParams.get("n"))) ?? 0;
};

export const kill: FaultScript = {
  name: "kill -9",
  promise:
    "every event acknowledged before a kill -9 is delivered after it, a repeated one once, and doubles are only what was in flight",
  sizes: { short: 5, long: 100, longSeeds: 1 },
  run: async (t, play) => {
    const { strikes: kills, chance } = play;
    const folder = temporaryFolder();
    t.after(() => folder.remove());
    const receivers = await startReceivers(t);
    const books = new Books();
    const durable = new Map<string, number>();
    let killsAtStart = 0;
    let key = "";
    for (let round = 0; round < kills; round += 1) {
      if (round > 0 && chance.fraction() < 0.3) {
        killsAtStart += 1;
        await killCaromAtStart({ folder: folder.path }, 50 + chance.fraction() * 500);
      }
      const carom = await startCaromProcess({ folder: folder.path });
      if (round === 0) {
        const urls = {
          steady: receivers.steady.url,
          flaky: receivers.flaky.url,
          attributed: receivers.attributed.url,
        };
        await applyCatalog(carom, mixedCatalog(urls, attemptsMax));
        key = await makeKey(carom, { kind: "ingest", app_id: "com.example.game" });
      }
      let killed = false;
      const heardBefore = receivers.steady.heard.size;
      const load = books.load({ carom, key }, books.numbers(), () => killed);
      // By what was heard and not by the time, so that a slow machine is killed under load too.
      const more = chance.fraction() * 1_000;
      await until("postbacks under way", () => receivers.steady.heard.size - heardBefore >= more);
      await delay(chance.fraction() * 50);
      await carom.kill("SIGKILL");
      killed = true;
      for (const url of durablyDelivered(folder.path)) durable.set(url.href, timesHeard(receivers, url));
      assertCounted(countedInFolder(folder.path), "at a kill");
      await load;
    }
    const last = await startCaromProcess({ folder: folder.path });
    const unanswered = books.open.size;
    while (books.repeats().length > 0) {
      books.repeated += books.repeats().length;
      await books.load({ carom: last, key }, books.repeats());
    }

    const accepted = [...books.acknowledged];
    const purchases = accepted.filter(isPurchase);
    const levels = accepted.filter(
      (number) => kindOf(number) === "level" && books.acknowledged.has(installFor(number)),
    );
    await receivers.steady.allHeard(purchases, 15_000);
    await receivers.flaky.allHeard(purchases, 15_000);
    await receivers.attributed.allHeard(levels, 15_000);
    await last.kill("SIGTERM");
    const counted = countedInFolder(folder.path);
    assertCounted(counted, "in the end");

    t.diagnostic(
      `${kills} kills under load, ${killsAtStart} at the start, ${accepted.length} accepted, ${unanswered} unanswered at a kill, ${books.repeated} repeats`,
    );
    t.diagnostic(
      Object.entries(counted.totals)
        .map(([measure, count]) => `${measure} ${count}`)
        .join(", "),
    );
    assert.ok((counted.totals["skip:not_mapped"] ?? 0) > 0, "nothing was skipped, so no count of skips was shown");
    const steady = reckon(t, "purchases, steady partner", { accepted: purchases, heard: receivers.steady.heard });
    const flaky = reckon(t, "purchases, partner with retries", { accepted: purchases, heard: receivers.flaky.heard });
    const attributed = reckon(t, "levels with a late install", { accepted: levels, heard: receivers.attributed.heard });
    assert.ok(levels.length > 0, "no install came after its event, so nothing was shown");
    assert.ok(receivers.flaky.refused.size > 0, "no retry ever waited, so nothing was shown");
    const again = [...durable].filter(([url, times]) => timesHeard(receivers, new URL(url)) !== times);
    assert.ok(durable.size > 0, "no delivery was durable at a kill, so nothing was shown");
    assert.deepEqual(again, [], "whose delivery was durable at a kill was sent again");
    for (const receiver of Object.values(receivers))
      for (const [number, ids] of receiver.postbackIds)
        assert.equal(ids.size, 1, `event ${number} went out under two postback ids: ${[...ids].join(", ")}`);
    const early = [...receivers.attributed.heard.keys()].filter((number) => installFor(number) >= books.sent);
    assert.deepEqual(early, [], "a level was sent before the install of its device was");
    const doubledMax = (kills + killsAtStart) * inFlightMax;
    return sumBooks([steady, flaky, attributed].map((reckoning) => ({ ...reckoning, doubledMax })));
  },
};
