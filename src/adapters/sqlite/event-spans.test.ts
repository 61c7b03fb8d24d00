import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import fc from "fast-check";
import { uuidV7 } from "#src/core/uuid-v7.ts";
import { EventSpans, sliceOf } from "./event-spans.ts";
import { migrate } from "./migrations.ts";

/** Times of minting in the order of recording: mostly close together, now and then back or far ahead. */
const times = fc.array(fc.oneof(fc.nat({ max: 400 }), fc.nat({ max: 1_000_000 })), { minLength: 1, maxLength: 60 });

const eventIdAt = (time: number, number: number): string =>
  uuidV7(
    1_790_000_000_000 + time,
    Uint8Array.from({ length: 10 }, (_, index) => (index === 9 ? number : 7)),
  );

test("an event is found by its id whatever the clock did, and after the file is opened again", () => {
  fc.assert(
    fc.property(times, fc.nat({ max: 59 }), (minted, cut) => {
      const database = new DatabaseSync(":memory:");
      migrate(database);
      const insert = database.prepare(
        "INSERT INTO event VALUES (?, ?, 1, 0, 0, 1, NULL, 'session', 'session', 1, 0, '', NULL, NULL, '{}')",
      );
      const spans = new EventSpans(database, () => {});
      const ids = minted.map((time, index) => eventIdAt(time, index));
      ids.forEach((id, index) => {
        assert.equal(spans.find(id), null);
        insert.run(index + 1, id);
        spans.add(id, index + 1);
        if (index % 7 === cut % 7) spans.flush();
      });
      spans.flush();
      const again = new EventSpans(database, () => {});
      ids.forEach((id, index) => {
        assert.equal(spans.find(id), index + 1);
        assert.equal(again.find(id), index + 1);
      });
    }),
    { numRuns: 40 },
  );
});

test("ids minted together share a slice, and what is no UUIDv7 has one of its own", () => {
  const slice = sliceOf(eventIdAt(0, 1));
  assert.equal(sliceOf(eventIdAt(0, 2)), slice);
  assert.equal(sliceOf(eventIdAt(128, 1)), slice + 1);
  assert.equal(sliceOf("event-1"), -1);
});
