import assert from "node:assert/strict";
import { test } from "node:test";
import { claim, receiverOf, recordPostback } from "#src/ports/conformance/recorded-postbacks.ts";
import { aBatch, aRecordedEvent, network } from "#test/support/a-recorded-event.ts";
import { noon } from "#test/support/an-event.ts";

import { mountSmallDisk } from "#test/support/small-disk.ts";
import { sqliteFolder } from "#test/support/sqlite-folder.ts";
import { openForWriting } from "./data-file.ts";
import { GroupCommit } from "./group-commit.ts";
import { storeOperations } from "./store-messages.ts";
import { createStoreState } from "./store-state.ts";

test("a call that cannot be done is rejected alone, and leaves nothing of it in file or memory", async (context) => {
  const { store, log } = await sqliteFolder(context).open();
  const leased = { start: { kind: "leased" } } as const;
  const bad = aRecordedEvent({ postbacks: [leased, leased] });
  const good = aRecordedEvent({ postbacks: [leased] });
  const calls = await Promise.allSettled([
    store.record(aBatch([good])),
    store.record(aBatch([aRecordedEvent({ postbacks: [leased] }), bad])),
    store.record(aBatch([aRecordedEvent()])),
  ]);
  assert.deepEqual(
    calls.map(({ status }) => status),
    ["fulfilled", "rejected", "fulfilled"],
  );
  assert.equal(await log.readEvent(bad.event.id), null);
  assert.equal((await log.findEvents({}, { limit: 10, cursor: null })).items.length, 2);
  const totals = await log.totals();
  assert.deepEqual([totals.acceptedEvents, totals.matched, totals.waiting], [2, 1, 1]);
  assert.equal(await store.expireLeases({ endedBefore: noon + 1_000_000, dueAt: noon + 1_000_000 }), 1);
});

test("what a failed call had claimed or given back is as it was", async (context) => {
  const storage = await sqliteFolder(context).open();
  const { sequence } = await recordPostback(storage);
  const double = { start: { kind: "leased" } } as const;
  const failing = aBatch([aRecordedEvent({ postbacks: [double, double] })]);
  const [claimed, failed, due] = await Promise.allSettled([
    claim(storage),
    storage.store.record(failing),
    storage.store.receiversDue({ now: noon, limit: 10, except: [] }),
  ]);
  assert.equal(failed.status, "rejected");
  assert.deepEqual(claimed.status === "fulfilled" && claimed.value.map((owed) => owed.sequence), [sequence]);
  assert.deepEqual(due.status === "fulfilled" && due.value, []);
  await storage.store.release({ sequences: [sequence], leaseToken: "lease-1", dueAt: noon });
  assert.deepEqual(await storage.store.receiversDue({ now: noon, limit: 10, except: [] }), [
    { receiverId: receiverOf(network), lane: "first", dueAt: noon },
  ]);
});

test("memory that cannot go back with its file ends the store, rather than answer from what is not there", async (context) => {
  const folder = sqliteFolder(context);
  await (await folder.open()).close();
  const database = openForWriting(folder.path);
  context.after(() => database.close());
  const state = createStoreState(database);
  const commit = new GroupCommit(state, {
    answerCall: () => {
      throw new Error("no room");
    },
    makeRoom: () => {},
    rolledBack: () => {
      throw new Error("cannot go back");
    },
  });
  const call = [0, 1, 0, 0];
  assert.throws(() => commit.run([call]), /parted: cannot go back/);
  assert.throws(() => commit.run([call, call]), /parted/);
});

test("a file that somebody else has locked is waited for once, and not once for each call", async (context) => {
  const folder = sqliteFolder(context);
  await (await folder.open()).close();
  const database = openForWriting(folder.path);
  const stranger = openForWriting(folder.path);
  context.after(() => {
    stranger.close();
    database.close();
  });
  database.exec("PRAGMA busy_timeout = 1");
  stranger.exec("BEGIN IMMEDIATE");
  let tries = 0;
  const commit = new GroupCommit(createStoreState(database), {
    answerCall: () => {
      tries += 1;
      database.exec("PRAGMA application_id = 7");
    },
    makeRoom: () => {},
    rolledBack: () => {},
  });
  const call = [0, 1, storeOperations.indexOf("settle"), 0];
  const locked = [1, 1, 1, "database is locked"];
  assert.deepEqual(commit.run([call, call, call]), [...locked, ...locked, ...locked]);
  assert.equal(tries, 1);
  stranger.exec("ROLLBACK");
  assert.equal(commit.run([call, call, call]).includes("database is locked"), false);
  assert.equal(tries, 4);
});

test("with the disk full calls are rejected with nothing half-written, and work again by themselves when there is room", async (context) => {
  const disk = mountSmallDisk(24);
  if (disk === null) {
    context.skip("this process may not mount a small disk");
    return;
  }
  context.after(() => disk.remove());
  const folder = sqliteFolder(context);
  const storage = await folder.open(`${disk.path}/data`);
  const batch = () =>
    aBatch(Array.from({ length: 200 }, () => aRecordedEvent({ postbacks: [{ start: { kind: "leased" } }] })));
  await storage.store.record(batch());
  disk.fillUntilFree(64 * 1024);
  let accepted = 200;
  let refused = 0;
  for (let attempt = 0; attempt < 12; attempt += 1) {
    const calls = await Promise.allSettled([storage.store.record(batch()), storage.store.record(batch())]);
    const fulfilled = calls.filter(({ status }) => status === "fulfilled").length;
    accepted += fulfilled * 200;
    refused += calls.length - fulfilled;
  }
  assert.ok(refused > 0, "the disk was full");
  const free = await storage.disk.freeBytes();
  assert.ok(free !== null && free < 1024 * 1024);
  assert.deepEqual(
    [(await storage.log.totals()).acceptedEvents, (await storage.log.totals()).waiting],
    [accepted, accepted],
  );
  disk.empty();
  await storage.store.record(batch());
  const totals = await storage.log.totals();
  assert.deepEqual([totals.acceptedEvents, totals.waiting], [accepted + 200, accepted + 200]);
  await storage.close();
  const again = await folder.open(`${disk.path}/data`);
  assert.deepEqual(
    [(await again.log.totals()).acceptedEvents, (await again.log.totals()).waiting],
    [accepted + 200, accepted + 200],
  );
  await again.close();
});
