import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { migrate, migrations, SchemaNewer, schemaVersion } from "./migrations.ts";

const tablesOf = (database: DatabaseSync): number =>
  Number(database.prepare("SELECT count(*) AS tables FROM sqlite_schema").get()?.["tables"]);

test("an empty file gets every migration, and a second run changes nothing", () => {
  const database = new DatabaseSync(":memory:");
  migrate(database);
  assert.equal(schemaVersion(database), migrations.length);
  const tables = tablesOf(database);
  migrate(database);
  assert.deepEqual([schemaVersion(database), tablesOf(database)], [migrations.length, tables]);
});

test("a file of an older schema gets only what it lacks", () => {
  const database = new DatabaseSync(":memory:");
  const first = "CREATE TABLE one (a INTEGER)";
  migrate(database, [first]);
  migrate(database, [first, "CREATE TABLE two (a INTEGER)"]);
  assert.deepEqual([schemaVersion(database), tablesOf(database)], [2, 2]);
});

test("a migration that fails leaves the file as it was", () => {
  const database = new DatabaseSync(":memory:");
  assert.throws(() => migrate(database, ["CREATE TABLE one (a INTEGER)", "CREATE TABLE one (a INTEGER)"]));
  assert.deepEqual([schemaVersion(database), tablesOf(database)], [0, 0]);
});

test("a newer schema is refused with both numbers, and nothing is touched", () => {
  const database = new DatabaseSync(":memory:");
  database.exec("PRAGMA user_version = 99");
  assert.throws(
    () => migrate(database),
    (error) => error instanceof SchemaNewer && /schema 99/.test(error.message),
  );
  assert.deepEqual([schemaVersion(database), tablesOf(database)], [99, 0]);
});

test("keys that were there before accounts belong to the main one, and can do what they could", () => {
  const database = new DatabaseSync(":memory:");
  migrate(database, migrations.slice(0, 4));
  database.exec("INSERT INTO api_key VALUES ('k1', 'management', 'ops', NULL, 'h1', 'hint', 1)");
  database.exec("INSERT INTO api_key VALUES ('k2', 'ingest', 'app', 'com.example.game', 'h2', 'hint', 1)");
  migrate(database);
  const keys = database
    .prepare("SELECT id, account, role, expires_at, origins, first_id FROM api_key ORDER BY id")
    .all();
  assert.deepEqual(
    keys.map((key) => Object.values(key)),
    [
      ["k1", "main", "owner", null, "[]", "k1"],
      ["k2", "main", null, null, "[]", "k2"],
    ],
  );
});
