import assert from "node:assert/strict";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { catalogToDocument } from "#src/contract/catalog-document.ts";
import { readCatalogParts } from "#src/contract/catalog-parts.ts";
import { addressOf, partKeyOf, partsOf } from "#src/core/catalog/catalog-part.ts";
import { partKey } from "#src/core/ids.ts";
import { aCatalog, aGrant, anAccount, anApp, anIntegration, aPartner, aRule } from "#test/support/a-catalog.ts";
import { sqliteFolder } from "#test/support/sqlite-folder.ts";
import { migrate, migrations } from "./migrations.ts";

const beforeParts = migrations.slice(0, 6);

const older = aCatalog({ apps: [anApp({ name: 'Übung "1"' })] });
const newest = aCatalog({
  active: false,
  accounts: [anAccount()],
  partners: [aPartner(), aPartner({ id: "north" })],
  apps: [
    anApp({
      integrations: [anIntegration({ configurator: "agency" }), anIntegration(), anIntegration({ partnerId: "north" })],
      rules: [aRule({ id: "2" }), aRule({ id: "1" })],
      grants: [aGrant()],
    }),
    anApp({ id: "another", integrations: [] }),
  ],
});

test("a folder with whole documents keeps them readable, and has the newest by its parts", async (context) => {
  const { path, open } = sqliteFolder(context);
  const database = new DatabaseSync(join(path, "data.db"));
  migrate(database, beforeParts);
  const insert = database.prepare(
    "INSERT INTO catalog_revision (revision, document, saved_at, saved_by) VALUES (?, ?, ?, ?)",
  );
  insert.run(1, catalogToDocument(older), 1_000, "ada");
  insert.run(2, catalogToDocument(newest), 2_000, "bob");
  database.close();
  const { catalog } = await open();
  const current = await catalog.current();
  assert.deepEqual([current?.revision, current?.savedAt, current?.savedBy, current?.account], [2, 2_000, "bob", null]);
  assert.deepEqual(
    current?.parts.map(({ key, revision }) => [key, revision]),
    inOrderOfKinds(newest).map((key) => [key, 2]),
  );
  assert.deepEqual(readCatalogParts(current?.parts ?? [], 1), { kind: "read", catalog: newest });
  const first = await catalog.read(1);
  assert.deepEqual(
    [first?.savedBy, readCatalogParts(first?.parts ?? [], 1)],
    ["ada", { kind: "read", catalog: older }],
  );
  const save = { expected: 2, at: 3_000, by: "local", account: null };
  await catalog.save({ ...save, parts: [{ key: partKey("partner/north"), document: null }] });
  assert.equal((await catalog.current())?.parts.length, (current?.parts.length ?? 0) - 1);
  assert.equal((await catalog.read(2))?.parts.length, current?.parts.length);
  assert.equal((await catalog.read(1))?.parts.length, first?.parts.length);
});

test("what was removed before there were versions is known by its removal, until it is made again", async (context) => {
  const { path, open } = sqliteFolder(context);
  const database = new DatabaseSync(join(path, "data.db"));
  migrate(database, beforeParts);
  const insert = database.prepare(
    "INSERT INTO catalog_revision (revision, document, saved_at, saved_by) VALUES (?, ?, ?, ?)",
  );
  const gone = anApp({ id: "gone", name: "earlier", integrations: [] });
  const documents = [[gone], [{ ...gone, name: "Gone" }], [], [anApp()]];
  for (const [index, apps] of documents.entries())
    insert.run(index + 1, catalogToDocument(aCatalog({ apps })), (index + 1) * 1_000, `person ${index + 1}`);
  database.close();
  const { catalog } = await open();
  const history = (key: string) => catalog.history({ key: partKey(key) }, { limit: 1, cursor: null });
  const { items, nextCursor } = await history("app/gone");
  assert.deepEqual(
    items.map(({ key, revision, savedAt, savedBy, after }) => [key, revision, savedAt, savedBy, after]),
    [["app/gone", 3, 3_000, "person 3", null]],
  );
  assert.equal(nextCursor, null);
  assert.equal(JSON.parse(items[0]?.before ?? "").name, "Gone");
  assert.deepEqual((await history("app/never")).items, []);
  assert.equal((await history("app/com.example.game")).items[0]?.revision, 4);
  const parts = [{ key: partKey("app/gone"), document: items[0]?.before ?? null }];
  await catalog.save({ expected: 4, at: 5_000, by: "local", account: null, parts });
  assert.deepEqual(
    (await history("app/gone")).items.map(({ revision, before }) => [revision, before]),
    [[5, null]],
  );
});

/** The migration writes the apps' settings first, then all integrations, rules and grants. */
const inOrderOfKinds = (of: typeof newest): readonly string[] => {
  const kinds = ["everything", "account", "partner", "app", "integration", "rule", "grant"];
  const parts = partsOf(of);
  return kinds.flatMap((kind) => parts.filter((part) => part.kind === kind).map((part) => partKeyOf(addressOf(part))));
};
