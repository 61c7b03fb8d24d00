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

/** The migration writes the apps' settings first, then all integrations, rules and grants. */
const inOrderOfKinds = (of: typeof newest): readonly string[] => {
  const kinds = ["everything", "account", "partner", "app", "integration", "rule", "grant"];
  const parts = partsOf(of);
  return kinds.flatMap((kind) => parts.filter((part) => part.kind === kind).map((part) => partKeyOf(addressOf(part))));
};
