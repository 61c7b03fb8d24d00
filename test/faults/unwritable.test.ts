import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type TestContext, test } from "node:test";
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
import { reckon } from "#test/support/reckoning.ts";
import { mountSmallDisk } from "#test/support/small-disk.ts";
import { until } from "#test/support/until.ts";

/** Attempts under way, whose outcomes may not be written: they bound the doubles. */
const inFlight = 32;

const named = (number: number): object => ({ ...purchase(number), event_id: `number-${number}` });

type World = { readonly carom: CaromProcess; readonly receiver: CountingReceiver; readonly key: string };

const startIn = async (context: TestContext): Promise<World> => {
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
  context: TestContext,
  { carom, receiver, key }: World,
  breakStore: () => Promise<() => Promise<void>>,
): Promise<{ readonly load: EventLoad; readonly doubled: number; readonly lost: readonly number[] }> => {
  let stopped = false;
  const load = { url: carom.url, key, batch: 20, eventOf: named };
  const sending = sendEventLoad({ ...load, numbers: numbersFrom(0), connections: 4, stopped: () => stopped });
  await until("the first postbacks", () => receiver.heard.size > 300);
  const mend = await breakStore();
  const probe = async (number: number): Promise<boolean> =>
    (await sendEventLoad({ ...load, numbers: [number], connections: 1 })).answers.has("202");
  let next = 1_000_000;
  await until("a refusal", async () => !(await probe(next++)), 120_000);
  await mend();
  await until("intake by itself", () => probe(next++), 120_000);
  stopped = true;
  const first = await sending;

  const again = await sendEventLoad({ ...load, numbers: first.refused, connections: 2 });
  const accepted = [...first.acknowledged, ...again.acknowledged];
  await receiver.allHeard(accepted, 20_000);
  const told = [...first.answers].map(([answer, times]) => `${times} × ${answer}`).join(", ");
  context.diagnostic(`${told}; ${first.refused.length} events were sent again`);
  const { doubled, lost } = reckon(context, "over the fault", { accepted, heard: receiver.heard });
  assert.deepEqual([again.refused, first.unknown], [[], []]);
  assert.ok(first.refused.length > 0, "nothing was refused, so nothing was shown");
  for (const [number, ids] of receiver.postbackIds)
    assert.equal(ids.size, 1, `a refused event was half stored: ${number} went out under ${[...ids].join(", ")}`);
  return { load: first, doubled, lost };
};

const onlyUnavailable = ({ answers, retryAfters }: EventLoad): void => {
  for (const answer of answers.keys()) assert.match(answer, /^202$|^503 intake\./);
  assert.ok(retryAfters.every((after) => /^[1-9]\d*$/.test(after ?? "")));
};

test("a disk that turns read-only is answered with 503, nothing is half stored, and it heals by itself", {
  skip: cannotInject("a disk that turns read-only"),
}, async (t) => {
  const world = await startIn(t);
  const { folder, pid } = world.carom;
  const { load, doubled, lost } = await overcome(t, world, () =>
    failSystemCalls(pid, {
      calls: ["pwrite64", "ftruncate", "fdatasync", "fsync"],
      error: "EROFS",
      paths: [join(folder, "data.db"), join(folder, "data.db-wal")],
    }),
  );
  onlyUnavailable(load);
  assert.deepEqual(lost, []);
  assert.ok(doubled <= inFlight, `${doubled} doubles, at most ${inFlight} were in flight`);
  assert.ok(((await readMetrics(world.carom)).get('carom_faults_total{room="accept"}') ?? 0) > 0);
});

test("a store that somebody else has locked is answered with 503, and intake goes on when the lock is gone", async (t) => {
  const world = await startIn(t);
  const { load, doubled, lost } = await overcome(t, world, async () => {
    const stranger = new DatabaseSync(join(world.carom.folder, "data.db"), { timeout: 5_000 });
    stranger.exec("BEGIN IMMEDIATE");
    return async () => {
      stranger.exec("ROLLBACK");
      stranger.close();
    };
  });
  onlyUnavailable(load);
  assert.deepEqual([doubled, lost], [0, []]);
});

const disk = mountSmallDisk(64);
const remount = (mode: "ro" | "rw"): boolean =>
  disk !== null && spawnSync("mount", ["-o", `remount,${mode}`, disk.path]).status === 0;

test("a folder on a disk that is read-only is refused at the start with words, and taken once it can be written", {
  skip: disk === null ? "this process may not mount a small file system: a read-only one was NOT tried" : false,
}, async (t) => {
  assert.ok(disk !== null);
  t.after(disk.remove);
  const first = await startCaromProcess({ folder: disk.path });
  await first.kill("SIGTERM");
  assert.ok(remount("ro"), "the small disk cannot be made read-only");
  await assert.rejects(startCaromProcess({ folder: disk.path }), /cannot be (used|made)|read-?only/i);
  assert.ok(remount("rw"));
  const next = await startCaromProcess({ folder: disk.path });
  assert.equal(await next.kill("SIGTERM"), 0, next.log());
});
