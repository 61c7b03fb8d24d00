import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execPath } from "node:process";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import fc from "fast-check";
import { logOfSeventySegments, SparseSearchLog } from "#test/support/sparse-search-log.ts";
import { oneInteger, prepare } from "./columns.ts";
import { hashText } from "./key-hash.ts";
import { openSearchFile } from "./search-file.ts";
import { SearchIndex } from "./search-index.ts";
import { segmentOf, segmentSize } from "./search-segment.ts";

/** As a finder does: each place in order, then the row is looked at, which may be gone. */
const findAll = (index: SearchIndex, log: SparseSearchLog, key: string): number[] => {
  index.catchUp();
  const there = new Set(log.rows.map(({ sequence }) => sequence));
  const found: number[] = [];
  for (const segment of index.segments(Number.MAX_SAFE_INTEGER, {}))
    found.push(...index.find(segment, [hashText(key)]));
  return found.filter((sequence) => there.has(sequence));
};

const assertFinds = (index: SearchIndex, log: SparseSearchLog, keys: readonly string[]): void => {
  for (const key of keys) assert.deepEqual(findAll(index, log, key), log.with(key), key);
};

const withFolder = (run: (folder: string) => void): void => {
  const folder = mkdtempSync(join(tmpdir(), "carom-runs-"));
  try {
    run(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
};

const openIndex = (
  folder: string,
  log: SparseSearchLog,
  epoch = "a",
): { readonly index: SearchIndex; readonly close: () => void } => {
  const file = openSearchFile(folder, { before: epoch, now: epoch });
  return { index: new SearchIndex(file, log.source()), close: () => file.close() };
};

const settle = (index: SearchIndex): void => {
  while (index.follow() || index.mend());
};

const countIn = (folder: string, sql: string): number => {
  const database = new DatabaseSync(`${folder}/search.db`, { readOnly: true });
  const count = oneInteger(prepare(database, sql)) ?? 0;
  database.close();
  return count;
};

test("seventy segments are merged to one run of 64 and those that are left, and found as before at every step", () =>
  withFolder((folder) => {
    const log = new SparseSearchLog();
    log.add(2_400, segmentSize / 32, ["everywhere"]);
    const { index, close } = openIndex(folder, log);
    const keys = ["own 0", "own 32", "everywhere", "nowhere"];
    for (let step = 0; index.follow() || index.mend(); step += 1) if (step % 250 === 0) assertFinds(index, log, keys);
    assertFinds(index, log, keys);
    close();
    assert.equal(countIn(folder, "SELECT count(*) FROM run WHERE level = 2"), 1);
    assert.equal(countIn(folder, "SELECT count(*) FROM run WHERE level = 1"), 1);
    assert.equal(countIn(folder, "SELECT count(*) FROM segment WHERE level = 2"), 64);
    assert.equal(countIn(folder, "SELECT count(*) FROM run WHERE phase <> 2"), 0);
    const again = openIndex(folder, log);
    assertFinds(again.index, log, keys);
    again.close();
  }));

const step = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("add" as const),
      count: fc.integer({ min: 1, max: 60 }),
      apart: fc.constantFrom(900, 9_000, 40_000),
      key: fc.constantFrom("a", "b", "c"),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("work" as const), slices: fc.integer({ min: 1, max: 400 }) }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("retain" as const), share: fc.double({ min: 0, max: 1, noNaN: true }) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("stop" as const), isKilled: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("settle" as const) }) },
);

test("whatever comes in, expires and is merged, and whenever it stops, every row is found once and in its order", () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 4, maxLength: 14 }), (steps) =>
      withFolder((folder) => {
        const log = new SparseSearchLog();
        let open = openIndex(folder, log);
        for (const one of steps) {
          if (one.kind === "add") log.add(one.count, one.apart, [one.key, "everywhere"]);
          else if (one.kind === "work")
            for (let done = 0; done < one.slices && (open.index.follow() || open.index.mend()); done += 1);
          else if (one.kind === "retain") log.retain(log.oldest + Math.floor((log.newest - log.oldest) * one.share));
          else if (one.kind === "settle") settle(open.index);
          else {
            if (!one.isKilled) open.index.close();
            open.close();
            open = openIndex(folder, log);
          }
          assertFinds(open.index, log, ["own 0", "a", "b", "everywhere"]);
        }
        settle(open.index);
        assertFinds(open.index, log, ["own 0", "a", "b", "c", "everywhere"]);
        open.close();
      }),
    ),
    { numRuns: 25 },
  );
});

test("a key with very many rows has lists beside the run, and is found as others are", () =>
  withFolder((folder) => {
    const log = new SparseSearchLog();
    log.add(9 * 600, Math.floor(segmentSize / 600), ["everywhere"]);
    const { index, close } = openIndex(folder, log);
    settle(index);
    assertFinds(index, log, ["everywhere", "own 0", "own 9"]);
    close();
    assert.equal(countIn(folder, "SELECT count(*) FROM key_list"), 8);
    assert.ok(countIn(folder, "SELECT max(length(entries)) FROM bucket WHERE place >= 1 << 40") < 4 * segmentSize);
  }));

test("what retention has passed leaves its run, and a run that all have left is no more", () =>
  withFolder((folder) => {
    const log = new SparseSearchLog();
    log.add(17 * 32, segmentSize / 32, ["everywhere"]);
    const { index, close } = openIndex(folder, log);
    settle(index);
    log.retain(3 * segmentSize);
    settle(index);
    assertFinds(index, log, ["own 0", "everywhere"]);
    log.retain(17 * segmentSize);
    log.rows = log.rows.filter(({ sequence }) => segmentOf(sequence) >= 16);
    settle(index);
    assertFinds(index, log, ["own 0", "everywhere"]);
    close();
    assert.equal(countIn(folder, "SELECT count(*) FROM run WHERE phase <> 2"), 0);
    assert.equal(
      countIn(folder, "SELECT count(*) FROM segment WHERE level > 0"),
      countIn(folder, "SELECT 8 * count(*) FROM run"),
    );
  }));

test("killed again and again while it merges, it goes on where it was, and every row is found once", async () => {
  const folder = mkdtempSync(join(tmpdir(), "carom-runs-"));
  const log = logOfSeventySegments();
  const keys = ["own 0", "everywhere"];
  const runUntil = async (killAfterMs: number | null): Promise<number | null> => {
    const child = spawn(execPath, ["test/support/merging-process.ts", folder], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const exit = once(child, "exit");
    await once(child.stdout, "data");
    const timer = killAfterMs === null ? undefined : setTimeout(() => child.kill("SIGKILL"), killAfterMs);
    const [code] = await exit;
    clearTimeout(timer);
    return typeof code === "number" ? code : null;
  };
  for (let kill = 0; kill < 8; kill += 1) {
    await runUntil(10 + 23 * kill);
    const { index, close } = openIndex(folder, log, "here");
    assertFinds(index, log, keys);
    close();
  }
  assert.equal(await runUntil(null), 0);
  const { index, close } = openIndex(folder, log, "here");
  assertFinds(index, log, keys);
  close();
  assert.equal(countIn(folder, "SELECT count(*) FROM segment WHERE level = 2"), 64);
  rmSync(folder, { recursive: true });
});

test("a file of the version before gets its runs, and is not made anew", () =>
  withFolder((folder) => {
    const log = new SparseSearchLog();
    const first = openIndex(folder, log);
    log.add(9 * 32, segmentSize / 32, ["everywhere"]);
    first.index.catchUp();
    first.index.close();
    first.close();
    const database = new DatabaseSync(`${folder}/search.db`);
    database.exec(
      "DROP TABLE run; DROP TABLE key_list; ALTER TABLE segment DROP COLUMN level; PRAGMA user_version = 1",
    );
    database.close();
    const rows = log.rows;
    log.rows = [];
    const again = openIndex(folder, log);
    settle(again.index);
    log.rows = rows;
    assertFinds(again.index, log, ["own 0", "everywhere"]);
    again.close();
    assert.equal(countIn(folder, "SELECT count(*) FROM run WHERE level = 1"), 1);
  }));
