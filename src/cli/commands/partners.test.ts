import assert from "node:assert/strict";
import { test } from "node:test";
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
  assert.ok(shown.printed.includes("refused    400"));
  const tune = await runCommand(["partners", "show", "tune"], nobody);
  assert.ok(tune.printed.includes("taken      200 success=true;"), tune.printed.join("\n"));
});

test("whose events it gets is told when it is shown and when it is added, under the id that it gets", async () => {
  const shown = (await runCommand(["partners", "show", "keitaro"], nobody)).printed.join("\n");
  assert.match(shown, /media_source is one of: keitaro \(its id, which is the default/);
  assert.match(shown, /every source: set install_postbacks: all_sources/);
  const { told } = await runCommand(["partners", "add", "keitaro", "--as", "tracker"], nobody);
  assert.match(told.join("\n"), /media_source is one of: tracker \(its id/);
  const network = (await runCommand(["partners", "add", "popads"], nobody)).told.join("\n");
  assert.doesNotMatch(network, /every source/);
  const { printed } = await runCommand(["partners", "show", "keitaro", "--json"], nobody);
  assert.equal(JSON.parse(printed.join("")).notes.length, 2);
});

test("what is added stands in a catalog file as it is printed", async () => {
  const { exit, printed } = await runCommand(["partners", "add", "revcontent"], nobody);
  assert.equal(exit, "ok");
  const reading = readCatalogDocument(printed.join("\n"), "yaml");
  assert.ok(reading.kind === "read", JSON.stringify(reading));
  assert.equal(reading.catalog.partners[0]?.id, "revcontent");
  const json = await runCommand(["partners", "add", "revcontent", "--json"], nobody);
  assert.equal(readCatalogDocument(json.printed.join("\n"), "json").kind, "read");
});

test("an unknown partner and an unknown action say what there is", async () => {
  assert.equal((await runCommand(["partners", "show", "nobody"], nobody)).exit, "usage");
  assert.equal((await runCommand(["partners", "add"], nobody)).exit, "usage");
  const near = await runCommand(["partners", "add", "unity"], nobody);
  assert.match(near.told.join(), /there is no unity; did you mean unity_ads\?/);
  assert.equal((await runCommand(["partners", "sell"], nobody)).exit, "usage");
});

test("a partner is made on the server where it is asked for, under an id of its own", async () => {
  const body = {
    key: "partner/unity_eu",
    revision: 4,
    changed: true,
    dry_run: false,
    resource: {},
    changes: ["partner/unity_eu"],
    touches: { apps: 0, integrations: 0 },
    cancels: { waiting: 0, becomes: "cancelled", receivers: [] },
    warnings: [],
    notes: [],
  };
  const add = ["partners", "add", "unity_ads", "--as", "unity_eu"];
  const { exit, heard, printed, told } = await runCommand([...add, "--to-server"], () => ({ status: 201, body }));
  assert.equal(exit, "ok");
  assert.deepEqual(
    heard.map(({ path }) => path),
    ["/v1/partners"],
  );
  assert.deepEqual(JSON.parse(heard[0]?.body ?? ""), { from_gallery: "unity_ads", id: "unity_eu" });
  assert.deepEqual(printed, ["Partner unity_eu is there; revision 4."]);
  assert.match(told.join("\n"), /fills in: game_id/);
  assert.match(told.join("\n"), /media_source is one of: unityads_int$/);
  assert.match((await runCommand(add, nobody)).printed.join("\n"), /^carom: 1\npartners:\n {2}- id: unity_eu/);
});

test("a partner that is there already is told with what the command line does about it", async () => {
  const problem = {
    type: "urn:carom:error:resource.exists",
    title: "There is such a thing already",
    status: 409,
    code: "resource.exists",
    detail: "partner unity_ads is there already; change it with PATCH or PUT, or choose another id",
    request_id: "r1",
  };
  const { exit, told } = await runCommand(["partners", "add", "unity_ads", "--to-server"], () => ({
    status: 409,
    body: problem,
  }));
  assert.equal(exit, "failed");
  assert.match(told.join("\n"), /the server has a partner \S+ already: change it with `carom apply`, or .* --as <id>/);
  assert.doesNotMatch(told.join("\n"), /PATCH/);
});
