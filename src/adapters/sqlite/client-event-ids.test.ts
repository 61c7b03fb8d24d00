import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { anEvent } from "#test/support/an-event.ts";
import { ClientEventIds, clientEventHash } from "./client-event-ids.ts";
import { idsPerFilter } from "./known-filter.ts";
import { KnownSegments, knownSegmentSize } from "./known-segments.ts";
import { migrate } from "./migrations.ts";
import { Tally } from "./tally.ts";

const app = "com.example.game";
const idOf = (sequence: number): string => `019bbc5e-0000-7000-8000-${sequence.toString(16).padStart(12, "0")}`;
const clientIdOf = (sequence: number): string => `client-${sequence}`;

/** A file of events, each with a client event id of its own, recorded at the time of its sequence. */
const aFile = () => {
  const database = new DatabaseSync(":memory:");
  migrate(database);
  const tally = new Tally(database);
  const insert = database.prepare(
    "INSERT INTO event VALUES (?, ?, 1, 0, ?, 1, ?, 'session', 'session', 1, 0, '', NULL, NULL, ?)",
  );
  const open = (): ClientEventIds =>
    new ClientEventIds(database, { tally, textOf: () => app, beforeReading: () => {}, filterBytesMax: 0 });
  const record = (ids: ClientEventIds, first: number, last: number): void => {
    for (let sequence = first; sequence <= last; sequence += 1) {
      const event = anEvent({ id: idOf(sequence), clientEventId: clientIdOf(sequence) });
      const hash = clientEventHash(app, clientIdOf(sequence));
      insert.run(sequence, event.id, sequence, hash, event.source);
      ids.add(hash, sequence, sequence);
    }
    ids.committed();
  };
  /** An event of long ago, whose id is alone in the last segment of its generation. */
  const recordAlone = (generation: number): string => {
    const sequence = (generation + 1) * idsPerFilter - 1;
    const event = anEvent({ id: idOf(sequence), clientEventId: clientIdOf(sequence) });
    const hash = clientEventHash(app, clientIdOf(sequence));
    insert.run(sequence, event.id, generation, hash, event.source);
    const segments = new KnownSegments(database, 0);
    segments.write(Math.floor(sequence / knownSegmentSize), new Map([[hash, [sequence]]]), generation);
    tally.counts.knownUpTo = sequence;
    tally.write();
    tally.committed();
    return clientIdOf(sequence);
  };
  return { database, tally, open, record, recordAlone };
};

const newest = knownSegmentSize + 200;
const asked = [1, 77, knownSegmentSize - 1, knownSegmentSize, knownSegmentSize + 1, newest];

test("an id is known in the open segment and in closed ones, and after the file is opened again", () => {
  const { open, record } = aFile();
  const ids = open();
  record(ids, 1, newest);
  for (const known of [ids, open()]) {
    for (const sequence of asked) assert.equal(known.find(app, clientIdOf(sequence)), idOf(sequence));
    assert.equal(known.find(app, clientIdOf(newest + 1)), null);
    assert.equal(known.find("another.app", clientIdOf(77)), null);
  }
});

test("an id is forgotten at its time, and a segment goes when all of it is", () => {
  const { database, open, record } = aFile();
  const ids = open();
  record(ids, 1, newest);
  ids.forgetBefore(100, 100);
  assert.equal(ids.find(app, clientIdOf(99)), null);
  assert.equal(ids.find(app, clientIdOf(100)), idOf(100));
  const rows = (): unknown => database.prepare("SELECT count(*) AS rows FROM known_bucket").get()?.["rows"];
  assert.equal(rows(), 64);
  while (ids.forgetBefore(knownSegmentSize + 50, 100));
  assert.equal(rows(), 0);
  assert.equal(ids.find(app, clientIdOf(newest)), idOf(newest));
});

test("an id outlives its event", () => {
  const { database, open, record } = aFile();
  const ids = open();
  record(ids, 1, 300);
  ids.forgetBefore(50, 100);
  ids.outlive(1, 200);
  database.exec("DELETE FROM event WHERE sequence <= 200");
  for (const known of [ids, open()]) {
    assert.equal(known.find(app, clientIdOf(49)), null);
    assert.equal(known.find(app, clientIdOf(120)), idOf(120));
  }
});

test("what a commit that failed had added is not known", () => {
  const { database, tally, open, record } = aFile();
  const ids = open();
  record(ids, 1, knownSegmentSize - 10);
  for (const last of [knownSegmentSize - 5, knownSegmentSize + 5]) {
    database.exec("BEGIN");
    const before = knownSegmentSize - 9;
    for (let sequence = before; sequence <= last; sequence += 1) {
      ids.add(clientEventHash(app, clientIdOf(sequence)), sequence, sequence);
    }
    database.exec("ROLLBACK");
    tally.rolledBack();
    ids.rolledBack();
    assert.equal(ids.find(app, clientIdOf(before)), null);
    assert.equal(ids.find(app, clientIdOf(before - 1)), idOf(before - 1));
  }
});

test("what a sweep that failed half-way had forgotten is known", () => {
  const { database, tally, open, recordAlone } = aFile();
  const alone = [0, 1].map(recordAlone);
  const ids = open();
  database.exec(
    `CREATE TRIGGER full BEFORE DELETE ON known_segment WHEN old.number > ${idsPerFilter / knownSegmentSize}
     BEGIN SELECT RAISE(ABORT, 'the disk is full'); END`,
  );
  database.exec("BEGIN");
  assert.throws(() => ids.forgetBefore(10, 100), /the disk is full/);
  database.exec("ROLLBACK");
  tally.rolledBack();
  ids.rolledBack();
  for (const known of [ids, open()]) for (const id of alone) assert.notEqual(known.find(app, id), null, id);
});
