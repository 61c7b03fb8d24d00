import assert from "node:assert/strict";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import {
  applyCatalog,
  type CaromProcess,
  makeKey,
  readMetrics,
  startCaromProcess,
  temporaryFolder,
} from "#test/support/carom-process.ts";
import { type CountingReceiver, startCountingReceiver } from "#test/support/counting-receiver.ts";
import { type EventLoad, numbersFrom, purchase, sendEventLoad } from "#test/support/event-load.ts";
import { cannotInject, failSystemCalls } from "#test/support/fault-injection.ts";
import { onePartnerCatalog } from "#test/support/one-partner-catalog.ts";
import { postbackStates } from "#test/support/postback-states.ts";
import { type Reckoning, reckon } from "#test/support/reckoning.ts";
import { until } from "#test/support/until.ts";
import type { FaultContext, FaultScript } from "./fault-script.ts";

/** Attempts under way, whose outcomes may not be written: they bound the doubles. */
const inFlight = 32;

const named = (number: number): object => ({ ...purchase(number), event_id: `number-${number}` });

type World = { readonly carom: CaromProcess; readonly receiver: CountingReceiver; readonly key: string };

const startIn = async (context: FaultContext): Promise<World> => {
  const folder = temporaryFolder();
  const receiver = await startCountingReceiver({ answerDelayMs: 2 });
  const carom = await startCaromProcess({ folder: folder.path });
  context.after(async () => {
    await carom.kill("SIGKILL");
    await receiver.close();
    folder.remove();
  });
  await applyCatalog(carom, onePartnerCatalog(receiver.url, { limits: { in_flight_max: inFlight } }));
  return { carom, receiver, key: await makeKey(carom, { kind: "ingest", app_id: "com.example.game" }) };
};

/**
 * Under load: the fault comes, intake refuses, the fault goes, intake takes again; then what was
 * refused is sent again, and all of it must be heard, each event under one postback id.
 */
const overcome = async (
  context: FaultContext,
  { carom, receiver, key }: World,
  {
    heardBefore,
    breakStore,
  }: { readonly heardBefore: number; readonly breakStore: () => Promise<() => Promise<void>> },
): Promise<{ readonly load: EventLoad; readonly books: Reckoning }> => {
  let stopped = false;
  const load = { url: carom.url, key, batch: 20, eventOf: named };
  const sending = sendEventLoad({ ...load, numbers: numbersFrom(0), connections: 4, stopped: () => stopped });
  await until("the first postbacks", () => receiver.heard.size > heardBefore);
  const mend = await breakStore();
  const probed: number[] = [];
  const probe = async (number: number): Promise<boolean> => {
    const { acknowledged } = await sendEventLoad({ ...load, numbers: [number], connections: 1 });
    probed.push(...acknowledged);
    return acknowledged.length > 0;
  };
  let next = 1_000_000;
  await until("a refusal", async () => !(await probe(next++)), 120_000);
  await mend();
  await until("intake by itself", () => probe(next++), 120_000);
  stopped = true;
  const first = await sending;

  const again = await sendEventLoad({ ...load, numbers: first.refused, connections: 2 });
  const accepted = [...first.acknowledged, ...again.acknowledged, ...probed];
  await receiver.allHeard(accepted, 20_000);
  // What was heard and could not be written is written once it can be: its lease must not end, or it goes out again.
  const states = await until("the last outcome", async () => {
    const now = await postbackStates(carom);
    return [...now.values()].every((state) => state === "delivered") && now;
  });
  const told = [...first.answers].map(([answer, times]) => `${times} × ${answer}`).join(", ");
  context.diagnostic(`${told}; ${first.refused.length} events were sent again`);
  const books = reckon(context, "over the fault", { accepted, heard: receiver.heard });
  assert.deepEqual([again.refused, first.unknown], [[], []]);
  assert.equal(states.size, accepted.length, "the store holds what was not accepted, or lacks what was");
  for (const [number, ids] of receiver.postbackIds)
    assert.equal(ids.size, 1, `a refused event was half stored: ${number} went out under ${[...ids].join(", ")}`);
  return { load: first, books };
};

const onlyUnavailable = ({ answers, retryAfters }: EventLoad): void => {
  for (const answer of answers.keys()) assert.match(answer, /^202$|^503 intake\./);
  assert.ok(retryAfters.every((after) => /^[1-9]\d*$/.test(after ?? "")));
};

export const readOnlyDisk: FaultScript = {
  name: "disk turns read-only",
  promise: "a disk that turns read-only is answered with 503, nothing is half stored, and it heals by itself",
  sizes: { short: 1, long: 1, longSeeds: 3 },
  cannotRun: () => cannotInject("a disk that turns read-only"),
  run: async (t, play) => {
    const world = await startIn(t);
    const { folder, pid } = world.carom;
    const breakStore = (): Promise<() => Promise<void>> =>
      failSystemCalls(pid, {
        calls: ["pwrite64", "ftruncate", "fdatasync", "fsync"],
        error: "EROFS",
        paths: [join(folder, "data.db"), join(folder, "data.db-wal")],
      });
    const { load, books } = await overcome(t, world, { heardBefore: play.between(300, 1_500), breakStore });
    onlyUnavailable(load);
    assert.ok(((await readMetrics(world.carom)).get('carom_faults_total{room="accept"}') ?? 0) > 0);
    return { ...books, doubledMax: inFlight };
  },
};

export const lockedStore: FaultScript = {
  name: "store locked by another",
  promise: "a store that somebody else has locked is answered with 503, and intake goes on when the lock is gone",
  sizes: { short: 1, long: 1, longSeeds: 3 },
  run: async (t, play) => {
    const world = await startIn(t);
    const breakStore = async (): Promise<() => Promise<void>> => {
      const stranger = new DatabaseSync(join(world.carom.folder, "data.db"), { timeout: 5_000 });
      stranger.exec("BEGIN IMMEDIATE");
      return async () => {
        stranger.exec("ROLLBACK");
        stranger.close();
      };
    };
    const { load, books } = await overcome(t, world, { heardBefore: play.between(300, 1_500), breakStore });
    onlyUnavailable(load);
    return { ...books, doubledMax: 0 };
  },
};
