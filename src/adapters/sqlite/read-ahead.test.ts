import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { aBatch, aRecordedEvent } from "#test/support/a-recorded-event.ts";
import { sqliteFolder } from "#test/support/sqlite-folder.ts";
import { until } from "#test/support/until.ts";
import { inTurn, ReadAhead } from "./read-ahead.ts";

test("every event is handed on once and in its order, and what is read ahead is what comes next", () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(), { maxLength: 120 }), fc.infiniteStream(fc.boolean()), (events, isSlow) => {
      let clock = 0;
      const handed: number[] = [];
      const read = (ahead: readonly number[]): void => {
        const next = events.slice(handed.length + 1, handed.length + 1 + ahead.length);
        assert.deepEqual(ahead, next);
      };
      for (const event of inTurn(events, { read }, () => clock)) {
        handed.push(event);
        clock += isSlow.next().value === true ? 3 : 0.1;
      }
      assert.deepEqual(handed, events);
    }),
  );
});

test("nobody is asked where everything is in memory, nor for more than is asked for", () => {
  const asked: (readonly number[])[] = [];
  const ahead = { read: (events: readonly number[]) => asked.push(events) };
  const events = Array.from({ length: 100 }, (_, index) => index);
  assert.equal([...inTurn(events, ahead, () => 0)].length, 100);
  let clock = 0;
  for (const event of inTurn(events, ahead, () => clock)) {
    clock += 3;
    if (event === 20) break;
  }
  assert.deepEqual(asked, [events.slice(2, 33)]);
});

test("threads read what is there and what is not, and end when they are told to", async (context) => {
  const folder = sqliteFolder(context);
  const storage = await folder.open();
  await storage.store.record(aBatch([aRecordedEvent({ postbacks: [{}] }), aRecordedEvent()]));
  const ahead = new ReadAhead(folder.path);
  const before = process.getActiveResourcesInfo().length;
  ahead.read([1, 2, 3, 4_000_000]);
  ahead.read([2]);
  await ahead.close();
  assert.equal(process.getActiveResourcesInfo().length, before);
  await storage.close();
});

test("a thread that cannot read is not asked again, and nobody fails by it", async () => {
  const ahead = new ReadAhead("/nowhere/at/all");
  ahead.read([1, 2, 3]);
  await until("all threads have failed", () => ahead.size === 0);
  ahead.read([1, 2, 3]);
  await ahead.close();
});
