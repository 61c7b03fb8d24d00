import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { aBatch, anInstallRecord, aRecordedEvent } from "#test/support/a-recorded-event.ts";
import { anEvent } from "#test/support/an-event.ts";
import { sqliteFolder } from "#test/support/sqlite-folder.ts";
import { openForReading } from "./data-file.ts";
import { type Finder, startFinder } from "./finder-client.ts";
import { InstallLookUps } from "./install-look-ups.ts";
import { readNames } from "./name-rows.ts";
import { Names } from "./names.ts";

const { appId } = anEvent();
const asked = (count: number) =>
  Array.from({ length: count }, (_, number) => ({ appId, keys: [`install_id:${number}`] }));

const aRecord = anInstallRecord({ eventId: anEvent().id });

/** Finders that answer with a record of the keys that were asked for, and the sizes of what they were asked. */
const fakeFinders = () => {
  const sizes: number[] = [];
  let isClosed = 0;
  const start = async (): Promise<Finder> => ({
    find: async (installs) => {
      sizes.push(installs.length);
      return { records: installs.map((asked) => ({ ...aRecord, keys: asked.keys })), slow: 1 };
    },
    close: async () => {
      isClosed += 1;
    },
  });
  return { start, sizes, closed: () => isClosed };
};

const tellSlow = (lookUps: InstallLookUps): void => lookUps.told(1_000, 900);

/** The first question after look-ups were slow starts the finders, and is answered by the store thread. */
const started = async (lookUps: InstallLookUps): Promise<void> => {
  while (lookUps.find(asked(1)) === null) await setImmediate();
};

test("while look-ups are quick, the first ones aside, the store thread does them, and no finder is started", async () => {
  const finders = fakeFinders();
  const lookUps = new InstallLookUps(finders.start);
  for (let batch = 0; batch < 100; batch += 1) {
    assert.equal(lookUps.find(asked(100)), null);
    lookUps.told(100, batch < 2 ? 100 : 1);
  }
  await lookUps.close();
  assert.equal(finders.closed(), 0);
});

test("once they are slow, finders share a batch, and the answers stand in its order", async () => {
  const finders = fakeFinders();
  const lookUps = new InstallLookUps(finders.start);
  tellSlow(lookUps);
  assert.equal(lookUps.find(asked(100)), null, "nobody waits until they are started");
  await started(lookUps);
  finders.sizes.length = 0;
  const found = await lookUps.find(asked(100));
  assert.deepEqual(
    found?.records.map((record) => record?.keys),
    asked(100).map(({ keys }) => keys),
  );
  assert.equal(found?.slow, 4);
  assert.deepEqual(finders.sizes, [25, 25, 25, 25]);
  assert.equal((await lookUps.find(asked(3)))?.records.length, 3);
  assert.equal(lookUps.find([]), null, "who asks for none asks no finder");
  await lookUps.close();
  assert.equal(finders.closed(), 4);
});

test("the store thread does them again once they are quick", async () => {
  const lookUps = new InstallLookUps(fakeFinders().start);
  tellSlow(lookUps);
  await started(lookUps);
  for (let batch = 0; batch < 20; batch += 1) lookUps.told(100, 50);
  assert.notEqual(lookUps.find(asked(100)), null);
  for (let batch = 0; batch < 100; batch += 1) lookUps.told(100, 1);
  assert.equal(lookUps.find(asked(100)), null);
  await lookUps.close();
});

test("where no finder can be started the store thread goes on", async () => {
  const lookUps = new InstallLookUps(() => Promise.reject(new Error("no more threads")));
  tellSlow(lookUps);
  for (let batch = 0; batch < 10; batch += 1) {
    assert.equal(lookUps.find(asked(100)), null);
    await setImmediate();
  }
  await lookUps.close();
});

test("finders find what the store thread finds, what was committed a moment ago too", async (context) => {
  const folder = sqliteFolder(context);
  const { store, knowledge } = await folder.open();
  const other = anEvent({ appId: "com.example.other" }).appId;
  const record = async (of: typeof appId, keys: readonly string[]): Promise<void> => {
    const event = anEvent({ type: "install", appId: of });
    const installs = [anInstallRecord({ appId: of, eventId: event.id, keys })];
    await store.record(aBatch([aRecordedEvent({ event })], { installs }));
  };
  for (let number = 0; number < 20; number += 1) await record(appId, [`install_id:${number}`, `imei:${number}`]);
  await record(other, ["install_id:7"]);
  const database = openForReading(folder.path);
  const names = new Names(readNames(database));
  database.close();
  const onDied = (error: Error): void => assert.fail(error);
  const lookUps = new InstallLookUps(() => startFinder({ folder: folder.path, names, onDied }));
  tellSlow(lookUps);
  await started(lookUps);
  await record(other, ["install_id:8", "imei:8"]);
  const installs = [
    ...asked(22),
    { appId, keys: ["install_id:unknown", "imei:3"] },
    { appId, keys: [] },
    ...["install_id:7", "install_id:8", "imei:8", "imei:7"].map((key) => ({ appId: other, keys: [key] })),
  ];
  const found = await lookUps.find(installs);
  const { installs: stored } = await knowledge.lookUp({ clientEventIds: [], installs, waiting: [], marks: [] });
  assert.deepEqual(found?.records, stored);
  assert.deepEqual(
    found?.records.map((record) => record !== null),
    installs.map((_, place) => ![20, 21, 23, 27].includes(place)),
  );
  await lookUps.close();
});
