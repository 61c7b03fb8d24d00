import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { DueHeap, type Lane } from "./due-heap.ts";

const aLane = (receiver: number): Lane => ({
  receiver,
  lane: 0,
  waiting: 0,
  cancelled: 0,
  due: null,
  passedDue: 0,
  passedPostback: 0,
  place: -1,
});

const moves = fc.array(fc.tuple(fc.nat({ max: 30 }), fc.option(fc.nat({ max: 100 }))), { maxLength: 200 });

test("whatever lanes do, the due ones come in the order of their times, and the next after them is known", () => {
  fc.assert(
    fc.property(moves, fc.nat({ max: 100 }), fc.nat({ max: 10 }), (changes, now, limit) => {
      const heap = new DueHeap();
      const lanes = Array.from({ length: 31 }, (_, receiver) => aLane(receiver));
      for (const [receiver, due] of changes) {
        const lane = lanes[receiver];
        assert.ok(lane !== undefined);
        lane.due = due;
        heap.update(lane);
      }
      const times = lanes.flatMap(({ due }) => due ?? []).toSorted((one, other) => one - other);
      const visited: (number | null)[] = [];
      heap.visitDue(now, ({ due }) => visited.push(due) < limit);
      assert.deepEqual(visited, times.filter((due) => due <= now).slice(0, Math.max(limit, 1)));
      assert.equal(heap.firstAfter(now), times.find((due) => due > now) ?? null);
    }),
  );
});
