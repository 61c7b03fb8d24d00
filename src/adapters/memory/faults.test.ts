import assert from "node:assert/strict";
import { test } from "node:test";
import { aBatch, aRecordedEvent } from "#test/support/a-recorded-event.ts";
import { noon } from "#test/support/an-event.ts";
import { seededChance } from "#test/support/seeded-chance.ts";
import { turnedClock } from "#test/support/turned-clock.ts";
import { createStorageFaults, noFaultRates, StorageFault } from "./faults.ts";
import { openMemoryStorage } from "./memory-storage.ts";

const faultyStorage = () => {
  const clock = turnedClock(noon);
  const faults = createStorageFaults({ clock, chance: seededChance(1) });
  const storage = openMemoryStorage({ clock, faults });
  const recorded = aRecordedEvent();
  const record = () => storage.store.record(aBatch([recorded]));
  const isThere = async () => (await storage.log.readEvent(recorded.event.id)) !== null;
  return { clock, faults, storage, record, isThere };
};

test("a call that fails before its commit has written nothing, and the next one does", async () => {
  const { faults, record, isThere } = faultyStorage();
  faults.failNext("record", "before_commit");
  await assert.rejects(record(), StorageFault);
  assert.equal(await isThere(), false);
  await record();
  assert.equal(await isThere(), true);
});

test("a call whose answer is lost has written, and its caller hears a failure", async () => {
  const { faults, record, isThere } = faultyStorage();
  faults.failNext("record", "after_commit");
  await assert.rejects(record(), StorageFault);
  assert.equal(await isThere(), true);
});

test("a call that is held commits when it is let go, and others pass it", async () => {
  const { faults, storage, record, isThere } = faultyStorage();
  const held = faults.holdNext("record");
  const answer = record();
  await held.arrived;
  const other = aRecordedEvent();
  await storage.store.record(aBatch([other]));
  assert.notEqual(await storage.log.readEvent(other.event.id), null);
  assert.equal(await isThere(), false);
  held.letGo();
  await answer;
  assert.equal(await isThere(), true);
});

test("a call whose answer is held has committed, and answers when it is let go", async () => {
  const { clock, faults, record, isThere } = faultyStorage();
  const held = faults.holdNextAnswer("record");
  let answers = 0;
  const answer = record().then(() => {
    answers += 1;
  });
  await held.arrived;
  await clock.rest();
  assert.deepEqual([await isThere(), answers], [true, 0]);
  held.letGo();
  await answer;
  assert.equal(answers, 1);
});

test("a late call commits when the clock has been turned far enough", async () => {
  const { clock, faults, record, isThere } = faultyStorage();
  faults.setRates({ ...noFaultRates, late: 1, lateMsMax: 1_000 });
  const answer = record();
  await clock.rest();
  assert.equal(await isThere(), false);
  await clock.turn(1_000);
  await answer;
  assert.equal(await isThere(), true);
});

test("a full disk refuses what writes, lets what reads pass, and has no free byte", async () => {
  const { faults, storage, record } = faultyStorage();
  faults.setDiskFull(true);
  assert.equal(faults.areOff(), false);
  await assert.rejects(record(), StorageFault);
  assert.deepEqual(await storage.store.receiversDue({ now: noon, limit: 1, except: [] }), []);
  assert.equal(await storage.disk.freeBytes(), 0);
  faults.setDiskFull(false);
  await record();
  assert.equal(await storage.disk.freeBytes(), null);
  assert.equal(faults.areOff(), true);
});

test("chance befalls about as many calls as its rate says, the same ones for the same seed", async () => {
  const refused = async (): Promise<readonly number[]> => {
    const { faults, storage } = faultyStorage();
    faults.setRates({ ...noFaultRates, refused: 0.25 });
    const places: number[] = [];
    for (let call = 0; call < 200; call += 1) {
      await storage.store.nextDueAt(noon).catch(() => places.push(call));
    }
    return places;
  };
  const places = await refused();
  assert.ok(places.length > 25 && places.length < 75, `${places.length} of 200 were refused`);
  assert.deepEqual(await refused(), places);
});

test("every call is counted, those that failed too", async () => {
  const { faults, record } = faultyStorage();
  faults.failNext("record", "before_commit");
  await assert.rejects(record());
  await record();
  assert.equal(faults.calls.get("record"), 2);
});
