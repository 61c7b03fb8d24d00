import assert from "node:assert/strict";
import { test } from "node:test";
import { parse } from "yaml";
import { readCatalogDocument } from "#src/contract/catalog-document.ts";
import { runCommand } from "#test/support/run-command.ts";

const nobody = () => {
  throw new Error("the gallery asks no server");
};

test("the gallery is listed and shown without a server", async () => {
  const list = await runCommand(["partners"], nobody);
  assert.ok(list.printed.some((line) => /^unity_ads +Game ad network/.test(line)));
  const shown = await runCommand(["partners", "show", "unity_ads"], nobody);
  assert.match(shown.printed.join("\n"), /parameter {2}game_id: .*\n.*install ios {2}https:\/\/postback\.unityads/s);
});

test("what is added stands in a catalog file as it is printed", async () => {
  const { exit, printed } = await runCommand(["partners", "add", "revcontent"], nobody);
  assert.equal(exit, "ok");
  const partners: unknown = parse(printed.join("\n"));
  const reading = readCatalogDocument(JSON.stringify({ carom: 1, partners }), "json");
  assert.ok(reading.kind === "read", JSON.stringify(reading));
  assert.equal(reading.catalog.partners[0]?.id, "revcontent");
});

test("an unknown partner and an unknown action say what there is", async () => {
  assert.equal((await runCommand(["partners", "show", "nobody"], nobody)).exit, "usage");
  assert.equal((await runCommand(["partners", "add"], nobody)).exit, "usage");
  assert.equal((await runCommand(["partners", "sell"], nobody)).exit, "usage");
});
