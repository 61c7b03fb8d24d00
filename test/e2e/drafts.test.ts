import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { exitCodes } from "#src/cli/exit-codes.ts";
import { runCommandLine } from "#src/cli/run-command-line.ts";
import { processClock } from "#src/main/process-clock.ts";
import { type CaromProcess, startCaromProcess, temporaryFolder } from "#test/support/carom-process.ts";
import { recordedTerminal } from "#test/support/recorded-terminal.ts";
import { openScriptedServer } from "#test/support/scripted-server.ts";

const folder = temporaryFolder();
const partner = await openScriptedServer(() => ({ status: 200, body: { status: "ok" } }));
let carom: CaromProcess;
before(async () => {
  carom = await startCaromProcess({ folder: folder.path });
});
after(async () => {
  assert.equal(await carom.kill("SIGTERM"), exitCodes.ok.code, carom.log());
  await partner.close();
  folder.remove();
});

const quickstart = readFileSync(new URL("../../examples/quickstart.yaml", import.meta.url), "utf8");
const document = quickstart.replaceAll("http://127.0.0.1:9090", partner.url);
const changed = document
  .replace("partner_event: signup", "partner_event: registered")
  .replace("event_name: level_up", "event_name: level_done");

const run = async (argv: readonly string[], stdin = "") => {
  const terminal = recordedTerminal(stdin);
  const environment = { CAROM_DATA: folder.path };
  const interrupted = new AbortController().signal;
  const exit = await runCommandLine(argv, { terminal, environment, clock: processClock, interrupted });
  return { exit, printed: terminal.printed.join("\n"), told: terminal.told.join("\n") };
};
const fileOf = (name: string, text: string): string => {
  const path = join(folder.path, name);
  writeFileSync(path, text);
  return path;
};

test("what is exported has no difference, as YAML and as JSON, and applying it makes no revision", async () => {
  const first = await run(["diff", "-"], document);
  assert.equal(first.exit, "different", first.told);
  assert.match(first.printed, /^\+ partner example_network\n/);
  assert.match(first.printed, /\n\+ integration com\.example\.game\/example_network\n/);
  assert.match(first.printed, /\n\+ rule com\.example\.reader\/crashes\n/);
  assert.equal((await run(["apply", "-"], document)).printed, "Revision 1 is in force.");
  for (const [name, options] of [
    ["exported.yaml", []],
    ["exported.json", ["--json"]],
  ] as const) {
    const file = fileOf(name, (await run(["export", ...options])).printed);
    const diff = await run(["diff", file]);
    assert.deepEqual(
      [diff.exit, diff.printed],
      ["ok", "No difference: `carom apply` would change nothing."],
      diff.told,
    );
    assert.equal((await run(["diff", file, "--json"])).printed, '{"differences":[],"drift":[]}');
    assert.equal(JSON.parse((await run(["apply", file, "--dry-run", "--json"])).printed).changed, false);
    assert.match((await run(["apply", file])).printed, /^Nothing to change: this is revision 1/);
  }
});

test("a difference is told with its fields, and a document that apply refuses is refused by diff in the same words", async () => {
  const file = fileOf("changed.yaml", changed);
  const diff = await run(["diff", file]);
  assert.equal(diff.exit, "different");
  assert.match(
    diff.printed,
    /^~ integration com\.example\.game\/example_network\n {4}mappings\[level-five\]\.event_name\n {4}- "level_up"\n {4}\+ "level_done"\n/,
  );
  assert.match(diff.printed, /0 added, 0 removed, 1 changed\.$/);
  const wrong = fileOf("wrong.yaml", document.replace("dialect: appsflyer", "dialect: appsflier"));
  const refused = await run(["diff", wrong]);
  const dry = await run(["apply", wrong, "--dry-run"]);
  assert.deepEqual([refused.exit, refused.told], ["failed", dry.told]);
});

test("what the document lacks is kept without --prune, and what was changed since the export is named", async () => {
  const exported = (await run(["export"])).printed;
  const fewer = fileOf("fewer.yaml", exported.replace(/\n {2}- id: com\.example\.reader[\s\S]*$/, "\n"));
  const kept = await run(["diff", fewer]);
  assert.deepEqual([kept.exit, kept.printed], ["ok", "No difference: `carom apply` would change nothing."]);
  assert.match(kept.told, /resources? that the document lacks would be kept; --prune/);
  const pruned = await run(["diff", fewer, "--prune"]);
  assert.match(pruned.printed, /^- app com\.example\.reader\n/);
  await run(["apply", "-"], document.replace("partner_event: signup", "partner_event: registered"));
  const drifted = await run(["diff", fileOf("exported.yaml", exported)]);
  assert.match(drifted.told, /since the file was exported at revision 1;/);
  assert.match(drifted.told, /integration\/com\.example\.game\/example_network {2}changed by local, /);
  const undoing = await run(["apply", fileOf("exported.yaml", exported)]);
  assert.equal(undoing.exit, "failed");
  assert.match(undoing.told, /exported at revision 1\. .* undo:\n {4}integration\S+ {2}changed by local, .*--force/s);
  const dry = await run(["apply", fileOf("exported.yaml", exported), "--dry-run"]);
  assert.equal(dry.exit, "ok");
  assert.match(dry.told, /would undo/);
  const beside = exported.replace("name: Example Reader", "name: Another Reader");
  assert.match((await run(["diff", fileOf("exported.yaml", exported), "--json"])).printed, /signup/);
  const forced = await run(["apply", fileOf("beside.yaml", beside), "--force"]);
  assert.match(forced.printed, /^Revision \d+ is in force/);
  assert.match(forced.told, /still begins with `# revision 1`/);
  await run(["apply", "-"], document);
});

test("a file that is applied, edited and applied again asks nothing about its own first apply", async () => {
  const exported = (await run(["export"])).printed;
  const edited = (event: string, app = "Example Reader") =>
    fileOf(
      "gitops.yaml",
      exported.replace("partner_event: signup", `partner_event: ${event}`).replace("Example Reader", app),
    );
  for (const file of [
    () => edited("registered"),
    () => edited("registered", "Another Reader"),
    () => edited("enrolled", "Another Reader"),
  ]) {
    const applied = await run(["apply", file()]);
    assert.match(applied.printed, /^Revision \d+ is in force/);
    assert.doesNotMatch(applied.told, /undo/);
    const again = await run(["apply", file()]);
    assert.match(again.printed, /^Nothing to change/);
    assert.doesNotMatch(again.told, /undo/);
  }
  // The file without its edit is what was exported: to apply that takes the change back, whoever made it.
  const undoing = await run(["apply", fileOf("gitops.yaml", exported)]);
  assert.equal(undoing.exit, "failed");
  assert.match(undoing.told, /would undo/);
  await run(["apply", "-"], document);
});

test("a simulation tells what a draft would have done, and a backfill sends what was skipped, once", async () => {
  const event = (event_name: string) =>
    JSON.stringify({
      app_id: "com.example.game",
      event_name,
      event_value: { level: 5 },
      media_source: "examplenetwork_int",
      install_time: new Date(processClock.now()).toISOString(),
    });
  const names = ["level_up", "level_done", "af_complete_registration", "af_purchase"];
  const sent = await run(["send"], names.map(event).join("\n"));
  assert.match(sent.printed, /^4 accepted/);
  const file = fileOf("changed.yaml", changed);
  const { exit, printed, told } = await run(["simulate", file]);
  assert.equal(exit, "ok", told);
  assert.match(printed, /newly sent +1\n +no longer sent +1\n +sent with other content +1\n +unchanged +1\n/);
  assert.match(printed, /1 +com\.example\.game +integration:example_network +level_done +was not_mapped/);
  assert.match(printed, /- query\.event: signup\n +\+ query\.event: registered/);
  const json = JSON.parse((await run(["simulate", file, "--event", "level_done", "--json"])).printed);
  assert.deepEqual([json.status, json.events, json.counts.newly_sent], ["done", 1, 1]);

  const filter = ["--partner", "example_network", "--event", "level_done"];
  await run(["apply", file]);
  const counted = await run(["backfill", ...filter, "--dry-run"]);
  assert.match(counted.printed, /^1 postback would be made, .*\n {2}1 {2}integration:example_network$/, counted.told);
  assert.equal((await run(["backfill", ...filter])).exit, "usage");
  assert.match((await run(["backfill", ...filter, "--yes"])).printed, /^1 postback was made/);
  assert.match((await run(["backfill", ...filter, "--yes"])).printed, /^0 postbacks would be made/);
  assert.equal((await run(["backfill"])).exit, "usage");
});
