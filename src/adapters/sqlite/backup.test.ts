import assert from "node:assert/strict";
import { copyFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { recordPostbacks } from "#src/ports/conformance/recorded-postbacks.ts";
import type { Storage } from "#src/ports/storage.ts";
import { aBatch, aRecordedEvent } from "#test/support/a-recorded-event.ts";
import { anEvent } from "#test/support/an-event.ts";
import { sqliteFolder } from "#test/support/sqlite-folder.ts";
import { BackupTargetExists, backUp, remedyFor } from "./backup.ts";

const user = { kind: "user_id", value: "u-1" } as const;
const eventOfUser = () => anEvent({ fields: { customer_user_id: "u-1" } });

const foundOfUser = async ({ log }: Storage): Promise<string[]> =>
  (await log.findEvents({ key: user }, { limit: 100, cursor: null })).items.map(({ event }) => event.id);

test("a backup taken while events come in is one moment of the data: whole commits, and no others", async (context) => {
  const folder = sqliteFolder(context);
  const storage = await folder.open();
  const made: Promise<unknown>[] = [];
  let isTaken = false;
  const record = async (): Promise<void> => {
    while (!isTaken) {
      const batch = Array.from({ length: 20 }, () =>
        aRecordedEvent({ postbacks: [{}], event: anEvent({ value: { a: "x".repeat(2000) } }) }),
      );
      await storage.store.record(aBatch(batch));
    }
  };
  await storage.store.record(
    aBatch(Array.from({ length: 500 }, () => aRecordedEvent({ event: anEvent({ value: { a: "x".repeat(2000) } }) }))),
  );
  made.push(record(), record());
  await storage.backup(`${folder.path}/copy.db`);
  isTaken = true;
  await Promise.all(made);
  await assert.rejects(storage.backup(`${folder.path}/copy.db`), BackupTargetExists);

  const copies = sqliteFolder(context);
  copyFileSync(`${folder.path}/copy.db`, `${copies.path}/data.db`);
  const copy = await copies.open();
  const { acceptedEvents, waiting } = await copy.log.totals();
  assert.ok(acceptedEvents >= 500 && acceptedEvents <= (await storage.log.totals()).acceptedEvents);
  assert.equal((acceptedEvents - 500) % 20, 0);
  assert.equal(waiting, acceptedEvents - 500);
  assert.equal(await copy.log.countPostbacks({ state: "pending" }, 1_000_000), waiting);
});

test("a backup is for its owner alone, and says why it was not written", async (context) => {
  const folder = sqliteFolder(context);
  const storage = await folder.open();
  await storage.backup(`${folder.path}/copy.db`);
  assert.equal(statSync(`${folder.path}/copy.db`).mode & 0o777, 0o600);
  await assert.rejects(storage.backup(`${folder.path}/none/copy.db`), (error: Error) => {
    assert.match(String(error.cause), /ENOENT/);
    return true;
  });
});

test("where the server's user may not write, a backup names what gives it leave", () => {
  const remedyOf = (code: string) => remedyFor(Object.assign(new Error("of the system"), { code }));
  for (const code of ["EACCES", "EPERM", "EROFS"])
    assert.match(remedyOf(code), /^ \(the server's user must be able to write there: .*ReadWritePaths=\)$/, code);
  assert.match(remedyOf("ENOENT"), /make it first/);
  assert.equal(remedyOf("ENOSPC"), "");
});

test("a backup of many steps ends while commits go on, and holds what was there when it began", async (context) => {
  const folder = sqliteFolder(context);
  const { store } = await folder.open();
  const batchOf = (count: number) =>
    aBatch(Array.from({ length: count }, () => aRecordedEvent({ event: anEvent({ value: { a: "x".repeat(2000) } }) })));
  await store.record(batchOf(400));
  let isTaken = false;
  let commits = 0;
  const writing = (async (): Promise<void> => {
    for (; !isTaken && commits < commitsMax; commits += 1) await store.record(batchOf(1));
  })();
  const bytes = await backUp(folder.path, `${folder.path}/copy.db`, pagesAtOnce);
  isTaken = true;
  await writing;
  assert.ok(bytes > 10 * pagesAtOnce * pageBytes, `${bytes} bytes are more than ten steps`);
  assert.ok(commits > 0 && commits < commitsMax, `${commits} commits`);
  const copies = sqliteFolder(context);
  copyFileSync(`${folder.path}/copy.db`, `${copies.path}/data.db`);
  const { acceptedEvents } = await (await copies.open()).log.totals();
  assert.ok(acceptedEvents >= 400 && acceptedEvents <= 400 + commits);
});

/** A copy that is begun anew by each commit is not there after so many. */
const commitsMax = 2_000;
const pagesAtOnce = 16;
const pageBytes = 4096;

test("a restored backup is searched by what it holds, not by what was there before", async (context) => {
  const folder = sqliteFolder(context);
  const storage = await folder.open();
  const before = eventOfUser();
  await storage.store.record(aBatch([aRecordedEvent({ event: before })]));
  await storage.backup(`${folder.path}/copy.db`);
  await storage.store.record(aBatch([aRecordedEvent({ event: eventOfUser() })]));
  assert.equal((await foundOfUser(storage)).length, 2);
  await storage.close();
  copyFileSync(`${folder.path}/copy.db`, `${folder.path}/data.db`);
  const restored = await folder.open();
  assert.deepEqual(await foundOfUser(restored), [before.id]);
  const after = eventOfUser();
  await restored.store.record(aBatch([aRecordedEvent({ event: after })]));
  assert.deepEqual(await foundOfUser(restored), [after.id, before.id]);
});

test("a search file that is damaged or gone is made anew, and answers stay complete", async (context) => {
  const folder = sqliteFolder(context);
  const event = eventOfUser();
  const first = await folder.open();
  await first.store.record(aBatch([aRecordedEvent({ event })]));
  await recordPostbacks(first, [{}, {}]);
  await first.close();
  for (const damage of ["not a database", ""]) {
    writeFileSync(`${folder.path}/search.db`, damage);
    const storage = await folder.open();
    assert.deepEqual(await foundOfUser(storage), [event.id]);
    await storage.close();
  }
  assert.ok(readdirSync(folder.path).includes("search.db"));
});
