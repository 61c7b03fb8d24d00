import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { hashText } from "./key-hash.ts";
import { bucketOf, intersect, OpenSegment, segmentSize } from "./search-segment.ts";

const entries = fc.array(fc.tuple(fc.nat({ max: 999 }), fc.constantFrom("a", "b", "c", "dd", "é", "")), {
  maxLength: 300,
});

const fill = (segment: OpenSegment, rows: readonly (readonly [number, string])[]): void => {
  for (const [offset, key] of rows) segment.addKey(segment.number * segmentSize + offset, hashText(key));
};

test("what is in a segment is found under its key, in its order, before it is written and after it is read back", () => {
  fc.assert(
    fc.property(entries, (unordered) => {
      const rows = unordered.toSorted(([one], [other]) => one - other);
      const segment = new OpenSegment(7);
      fill(segment, rows);
      const loaded = new OpenSegment(7);
      for (const { bucket, entries: packed } of segment.packed()) loaded.addPacked(bucket, packed);
      for (const key of ["a", "b", "c", "dd", "é", "", "absent"]) {
        const expected = rows.filter(([, other]) => other === key).map(([offset]) => offset);
        assert.deepEqual(segment.find(hashText(key)), expected);
        assert.deepEqual(loaded.find(hashText(key)), expected);
      }
    }),
  );
});

test("a key reads one bucket, and hashes spread over all of them", () => {
  const buckets = new Set(Array.from({ length: 20_000 }, (_, index) => bucketOf(hashText(`value\n${index}`))));
  assert.equal(buckets.size, 1024);
});

test("the rows that have every key are those in every list", () => {
  assert.deepEqual(
    intersect([
      [1, 2, 3, 5, 8],
      [2, 3, 8, 9],
      [3, 4, 8],
    ]),
    [3, 8],
  );
  assert.deepEqual(intersect([[1, 2], []]), []);
});
