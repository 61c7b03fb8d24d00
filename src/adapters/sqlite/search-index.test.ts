import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { hashText } from "./key-hash.ts";
import { openSearchFile, type SearchFile } from "./search-file.ts";
import { type LogSource, SearchIndex } from "./search-index.ts";
import { segmentSize } from "./search-segment.ts";

/** A log whose row n is found by `n modulo 1000`; `read` counts the rows that were read. */
const aLog = (newest: number): LogSource & { end: number; begin: number; read: number } => {
  const log = {
    log: "events" as const,
    end: newest,
    begin: 1,
    read: 0,
    newest: () => log.end,
    oldest: () => log.begin,
    addRows: (segment: Parameters<LogSource["addRows"]>[0], first: number, last: number) => {
      for (let row = Math.max(first, log.begin); row <= Math.min(last, log.end); row += 1) {
        log.read += 1;
        segment.addTime(row);
        segment.addKey(row, hashText(String(row % 1000)));
      }
    },
  };
  return log;
};

const findAll = (index: SearchIndex, key: string, before = Number.MAX_SAFE_INTEGER): number[] => {
  index.catchUp();
  return [...index.segments(before, {})].flatMap((segment) => index.find(segment, [hashText(key)]));
};

const expected = (log: { readonly begin: number; readonly end: number }, key: number): number[] => {
  const rows: number[] = [];
  for (let row = log.end; row >= log.begin; row -= 1) if (row % 1000 === key) rows.push(row);
  return rows;
};

const inFolder = async (run: (open: (before: string, now: string) => SearchFile) => void): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), "carom-search-"));
  try {
    run((before, now) => openSearchFile(folder, { before, now }));
  } finally {
    rmSync(folder, { recursive: true });
  }
};

test("what came in since the last look is found, over many segments, the newest first", () =>
  inFolder((open) => {
    const log = aLog(2 * segmentSize + 500);
    const index = new SearchIndex(open("", "a"), log);
    assert.deepEqual(findAll(index, "7"), expected(log, 7));
    log.end += segmentSize;
    assert.deepEqual(findAll(index, "7"), expected(log, 7));
  }));

test("a file that is opened again is not made again", () =>
  inFolder((open) => {
    const log = aLog(2 * segmentSize + 500);
    const file = open("", "a");
    const index = new SearchIndex(file, log);
    while (index.follow() || index.mend());
    index.close();
    file.close();
    log.read = 0;
    const again = new SearchIndex(open("a", "b"), log);
    assert.deepEqual(findAll(again, "7"), expected(log, 7));
    assert.equal(log.read, 0);
  }));

test("a process that is killed loses the segment in memory, and no answer", () =>
  inFolder((open) => {
    const log = aLog(segmentSize + 500);
    const file = open("", "a");
    const index = new SearchIndex(file, log);
    index.catchUp();
    log.end += 10_000;
    file.close();
    const again = new SearchIndex(open("a", "b"), log);
    assert.deepEqual(findAll(again, "7"), expected(log, 7));
  }));

test("a file of other data is made anew", () =>
  inFolder((open) => {
    const old = aLog(segmentSize + 500);
    const file = open("", "a");
    const index = new SearchIndex(file, old);
    while (index.follow() || index.mend());
    index.close();
    file.close();
    const restored = aLog(2000);
    assert.deepEqual(findAll(new SearchIndex(open("another", "b"), restored), "7"), expected(restored, 7));
  }));

test("segments that retention has passed are made smaller, and time leaves out those that cannot have it", () =>
  inFolder((open) => {
    const log = aLog(3 * segmentSize);
    const index = new SearchIndex(open("", "a"), log);
    while (index.follow() || index.mend());
    assert.deepEqual([...index.segments(Number.MAX_SAFE_INTEGER, { from: segmentSize, to: 2 * segmentSize })], [1]);
    log.begin = 2 * segmentSize + 10;
    while (index.mend());
    assert.deepEqual(findAll(index, "7"), expected(log, 7));
    assert.equal([...index.segments(2 * segmentSize, {})].length, 0);
  }));
