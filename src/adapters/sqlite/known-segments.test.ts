import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { generationsPerGroup } from "./filter-groups.ts";
import { hashText } from "./key-hash.ts";
import { filterBytes, idsPerFilter } from "./known-filter.ts";
import { KnownSegments, knownHash, knownSegmentSize } from "./known-segments.ts";
import { migrate } from "./migrations.ts";

const segmentsPerGeneration = idsPerFilter / knownSegmentSize;
const hashOf = (generation: number, number: number): number => knownHash(hashText(`${generation} ${number}`));
const eventOf = (generation: number, number: number): number => (generation + 1) * idsPerFilter - 100 + number;

/** A file of generations, each with a few ids in the last of its segments. */
const aFile = () => {
  const database = new DatabaseSync(":memory:");
  migrate(database);
  const open = () => new KnownSegments(database, filtersMax * filterBytes);
  const write = (segments: KnownSegments, first: number, last: number): void => {
    for (let generation = first; generation <= last; generation += 1) {
      const ids = [0, 1, 2].map((number) => [hashOf(generation, number), [eventOf(generation, number)]] as const);
      segments.write((generation + 1) * segmentsPerGeneration - 1, new Map(ids), generation);
    }
  };
  const rows = (table: string): unknown => database.prepare(`SELECT count(*) AS rows FROM ${table}`).get()?.["rows"];
  return { database, open, write, rows };
};

const filtersMax = generationsPerGroup + 20;
const last = filtersMax + 5;

const moveAll = (segments: KnownSegments): void => {
  let moves = 0;
  while (segments.moveFilters()) {
    moves += 1;
    assert.ok(moves < 2_000, "moving comes to an end");
  }
};

const assertKnown = (segments: KnownSegments, first: number): void => {
  for (let generation = first; generation <= last; generation += 1)
    assert.deepEqual(segments.find(hashOf(generation, 1)), [eventOf(generation, 1)]);
  assert.deepEqual(segments.find(hashOf(last + 1, 1)), []);
};

test("old filters leave the memory, every id stays known, and a file opened again does not take them back", () => {
  const { open, write, rows } = aFile();
  const segments = open();
  write(segments, 0, last);
  assert.ok(segments.filterCount > filtersMax);
  assert.ok(segments.moveFilters());
  // Half of it is written: what is asked is still the memory.
  assertKnown(segments, 0);
  assertKnown(open(), 0);
  moveAll(segments);
  for (const known of [segments, open()]) {
    assert.equal(known.filterCount, last + 1 - generationsPerGroup);
    assertKnown(known, 0);
  }
  assert.equal(rows("known_filter"), last + 1 - generationsPerGroup);
});

test("a move that was begun by one process is ended by the next", () => {
  const { open, write } = aFile();
  const before = open();
  write(before, 0, last);
  for (let slice = 0; slice < 10; slice += 1) before.moveFilters();
  const segments = open();
  moveAll(segments);
  assert.equal(segments.filterCount, last + 1 - generationsPerGroup);
  assertKnown(segments, 0);
});

test("a move that a commit did not keep is done again", () => {
  const { database, open, write } = aFile();
  const segments = open();
  write(segments, 0, last);
  database.exec("BEGIN");
  moveAll(segments);
  database.exec("ROLLBACK");
  segments.reload(database);
  assert.equal(segments.filterCount, last + 1);
  assertKnown(segments, 0);
  moveAll(segments);
  assertKnown(segments, 0);
});

test("what is forgotten leaves nothing on the disk", () => {
  const { open, write, rows } = aFile();
  const segments = open();
  write(segments, 0, last);
  moveAll(segments);
  while (segments.forgetOldest(generationsPerGroup / 2));
  assertKnown(segments, generationsPerGroup / 2);
  assert.deepEqual(segments.find(hashOf(3, 1)), []);
  moveAll(segments);
  assert.equal(rows("filter_group"), 1);
  while (segments.forgetOldest(generationsPerGroup));
  moveAll(segments);
  assert.deepEqual([rows("filter_group"), rows("filter_blocks")], [0, 0]);
  assertKnown(open(), generationsPerGroup);
});
