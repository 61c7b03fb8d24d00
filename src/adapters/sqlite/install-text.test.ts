import assert from "node:assert/strict";
import { test } from "node:test";
import { aBatch, anInstallRecord, aRecordedEvent } from "#test/support/a-recorded-event.ts";
import { anEvent } from "#test/support/an-event.ts";
import { sqliteFolder } from "#test/support/sqlite-folder.ts";
import { openForWriting } from "./data-file.ts";
import { packInstall, unpackInstall } from "./install-text.ts";

const event = anEvent({ type: "install" });
const record = anInstallRecord({
  eventId: event.id,
  keys: ["install_id:device-1", "imei:1"],
  fields: { media_source: "examplenetwork_int", is_lat: false, att: 3 },
  fieldTimes: { imei: 5 },
});

test("a record is read as it was written, and its text says nothing that its row says", () => {
  const { appId, keys } = record;
  const text = packInstall(record);
  assert.deepEqual(unpackInstall(text, { appId, keys: JSON.stringify(keys) }), record);
  for (const told of [appId, ...keys]) assert.ok(!text.includes(told));
});

test("a record that an older Carom wrote is found", async (context) => {
  const folder = sqliteFolder(context);
  const former = await folder.open();
  await former.store.record(aBatch([aRecordedEvent({ event })], { installs: [record] }));
  await former.close();
  const database = openForWriting(folder.path);
  database.prepare("UPDATE install SET body = ?").run(JSON.stringify(record));
  database.exec("PRAGMA user_version = 20");
  database.close();
  const { knowledge } = await folder.open();
  const { installs } = await knowledge.lookUp({
    clientEventIds: [],
    installs: record.keys.map((key) => ({ appId: record.appId, keys: [key] })),
    waiting: [],
    marks: [],
  });
  assert.deepEqual(installs, [record, record]);
});
