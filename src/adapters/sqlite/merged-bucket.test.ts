import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { hashText } from "./key-hash.ts";
import { fan, findInRun, listKeyOf, mergeBuckets, placeInRun } from "./merged-bucket.ts";
import { bucketOf, OpenSegment, segmentSize } from "./search-segment.ts";
import { DamagedRow } from "./sqlite-error.ts";

const keys = ["a", "b", "c", "dd", "é", ""];
const segments = fan * fan;
const rows = fc.array(
  fc.tuple(fc.nat({ max: segments - 1 }), fc.nat({ max: segmentSize - 1 }), fc.constantFrom(...keys)),
  { maxLength: 200 },
);

type Buckets = ReadonlyMap<number, Uint8Array>;

/** All buckets of `fan` children in one run. */
const merge = (level: number, children: readonly Buckets[], isIn: (segment: number) => boolean): Buckets => {
  const merged = new Map<number, Uint8Array>();
  for (const bucket of new Set(children.flatMap((child) => [...child.keys()]))) {
    const { buckets } = mergeBuckets({ level, bucket, children: children.map((child) => child.get(bucket)) }, isIn);
    buckets.forEach((bytes, index) => {
      if (bytes !== null) merged.set(bucket * fan + index, bytes);
    });
  }
  return merged;
};

test("merged twice, every key is found in its segments and at its offsets, in their order, and those that left are not", () => {
  fc.assert(
    fc.property(rows, fc.nat({ max: segments - 1 }), (unordered, gone) => {
      const ordered = unordered.toSorted(([a, x], [b, y]) => a - b || x - y);
      const single = Array.from({ length: segments }, (_, number): Buckets => {
        const segment = new OpenSegment(number);
        for (const [of, offset, key] of ordered)
          if (of === number) segment.addKey(number * segmentSize + offset, hashText(key));
        return new Map(segment.packed().map(({ bucket, entries }) => [bucket, entries]));
      });
      const first = Array.from({ length: fan }, (_, run) =>
        merge(1, single.slice(run * fan, (run + 1) * fan), () => true),
      );
      const second = merge(2, first, (segment) => segment !== gone);
      for (const key of [...keys, "absent"]) {
        const { bucket, fragment } = placeInRun(hashText(key), 2);
        const bytes = second.get(bucket);
        const found = bytes === undefined ? new Map<number, number[]>() : findInRun(bytes, 2, fragment);
        assert.ok(found !== "listed");
        for (let number = 0; number < segments; number += 1) {
          const expected = number === gone ? [] : ordered.filter(([of, , other]) => of === number && other === key);
          assert.deepEqual(
            found.get(number) ?? [],
            expected.map(([, offset]) => offset),
          );
        }
      }
    }),
    { numRuns: 50 },
  );
});

test("a key with more than 1,024 rows in a run has a list for each segment, under a name that is cut from its hash", () => {
  const hash = hashText("frequent");
  const children = Array.from({ length: fan }, (_, number) => {
    const segment = new OpenSegment(number);
    for (let offset = 0; offset < 129; offset += 1) segment.addKey(number * segmentSize + offset, hash);
    return segment.packed()[0]?.entries;
  });
  const merged = mergeBuckets({ level: 1, bucket: bucketOf(hash), children }, () => true);
  assert.deepEqual(
    merged.lists.map(({ segment, key, offsets }) => [segment, key, offsets.length]),
    Array.from({ length: fan }, (_, number) => [number, listKeyOf(hash), 129]),
  );
  const { bucket, fragment } = placeInRun(hash, 1);
  const bytes = merged.buckets[bucket % fan] ?? new Uint8Array();
  assert.equal(findInRun(bytes, 1, fragment), "listed");
  // It stays so one level up, where nothing else of it comes.
  const above = mergeBuckets({ level: 2, bucket, children: [undefined, bytes] }, () => true);
  const place = placeInRun(hash, 2);
  assert.equal(findInRun(above.buckets[place.bucket % fan] ?? new Uint8Array(), 2, place.fragment), "listed");
  assert.deepEqual(above.lists, []);
});

test("bytes that are no bucket are told as damage", () => {
  for (const bytes of [Uint8Array.of(), Uint8Array.of(1, 0), Uint8Array.of(255, 255, 255, 255, 0, 0)])
    assert.throws(() => findInRun(bytes, 1, 0), DamagedRow);
});
