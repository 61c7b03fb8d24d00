import assert from "node:assert/strict";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { exitCodes } from "#src/cli/exit-codes.ts";
import { runCommandLine } from "#src/cli/run-command-line.ts";
import { processClock } from "#src/main/process-clock.ts";
import { aGeoipFile } from "#test/support/a-geoip-file.ts";
import { type CaromProcess, startCaromProcess, temporaryFolder } from "#test/support/carom-process.ts";
import { recordedTerminal } from "#test/support/recorded-terminal.ts";
import { openScriptedServer } from "#test/support/scripted-server.ts";

const folder = temporaryFolder();
const partner = await openScriptedServer((request) =>
  request.path.startsWith("/install")
    ? { status: 400, body: { status: "no" } }
    : { status: 200, body: { status: "ok" } },
);
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
const document = (): string => quickstart.replaceAll("http://127.0.0.1:9090", partner.url);

/** What a command does with another environment. */
const runWith = async (argv: readonly string[], environment: Readonly<Record<string, string>>) => {
  const terminal = recordedTerminal();
  const surroundings = { terminal, environment, clock: processClock, interrupted: new AbortController().signal };
  const exit = await runCommandLine(argv, surroundings);
  return { exit, printed: terminal.printed.join("\n") };
};

/** Runs a command in this process against the server's socket. */
const run = async (argv: readonly string[], stdin = "") => {
  const terminal = recordedTerminal(stdin);
  const environment = { CAROM_DATA: folder.path };
  const surroundings = { terminal, environment, clock: processClock, interrupted: new AbortController().signal };
  const exit = await runCommandLine(argv, surroundings);
  return { exit, printed: terminal.printed.join("\n"), told: terminal.told.join("\n") };
};
const fileOf = (name: string, text: string): string => {
  const path = join(folder.path, name);
  writeFileSync(path, text);
  return path;
};
/** Asks again until the answer is there: other processes are not to be waited for by a clock. */
const eventually = async <Value>(ask: () => Promise<Value>, isThere: (value: Value) => boolean): Promise<Value> => {
  for (let round = 0; round < 500; round += 1) {
    const value = await ask();
    if (isThere(value)) return value;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return await ask();
};

test("apply refuses a document with mistakes, each with its line, and changes nothing", async () => {
  const wrong = fileOf(
    "wrong.yaml",
    document().replace("dialect: appsflyer", "dialect: appsflier").replace("(advertiserId)", "(advertiserIdd)"),
  );
  const { exit, told } = await run(["apply", wrong]);
  assert.equal(exit, "failed");
  assert.match(told, /wrong\.yaml:\d+: partners\[0\]\.templates\[0\]\.dialect: /);
  const { printed } = await run(["export", "--json"]);
  assert.doesNotMatch(printed, /example_network/);
});

test("apply puts a document in force; a dry run does not; export gives it back", async () => {
  const right = fileOf("right.yaml", document());
  const dry = await run(["apply", right, "--dry-run"]);
  assert.equal(dry.exit, "ok", dry.told);
  assert.match(dry.printed, /Nothing was changed/);
  assert.match(dry.told, /right\.yaml:\d+: .*plain http/);
  const applied = await run(["apply", right]);
  assert.equal(applied.printed, "Revision 1 is in force.");
  const again = await run(["apply", "-"], document());
  assert.match(again.printed, /Revision \d is in force|this is revision 1/);
  const exported = await run(["export"]);
  assert.match(exported.printed, /id: example_network/);
  const round = await run(["apply", fileOf("round.yaml", exported.printed), "--dry-run"]);
  assert.equal(round.exit, "ok", round.told);
});

test("keys are made, listed and removed; one that was removed is refused with an exit code of its own", async () => {
  const made = await run(["keys", "add", "--app", "com.example.game", "--name", "test"]);
  assert.match(made.printed, /^carom_ingest_/);
  const listed = await run(["keys", "--json"]);
  const [key]: { id: string; name: string }[] = JSON.parse(listed.printed);
  assert.equal(key?.name, "test");
  assert.doesNotMatch(listed.printed, new RegExp(made.printed));
  const event = '{"app_id":"com.example.game","event_name":"x"}';
  const sent = await run(["send", "--url", carom.url, "--key", made.printed], event);
  assert.equal(sent.exit, "ok", sent.told);
  const removed = await run(["keys", "remove", key?.id ?? ""]);
  assert.equal(removed.exit, "ok");
  const refused = await run(["send", "--url", carom.url, "--key", made.printed], event);
  assert.equal(refused.exit, "refused", refused.told);
});

test("an event that was sent can be followed and explained, by Carom's id and by the client's", async () => {
  const install = {
    app_id: "com.example.game",
    event_type: "install",
    event_name: "install",
    advertising_id: "38400000-8cf0-11bd-b23e-10b96e40000d",
    media_source: "examplenetwork_int",
  };
  const level = {
    app_id: "com.example.game",
    event_name: "level_up",
    event_id: "mine-1",
    event_value: { level: 4 },
    advertising_id: install.advertising_id,
  };
  const sent = await run(["send"], `${JSON.stringify(install)}\n${JSON.stringify(level)}`);
  assert.equal(sent.printed, "2 accepted, 0 duplicates, 0 rejected");
  const tail = await eventually(
    () => run(["tail", "--once", "-n", "5"]),
    ({ printed }) => printed.includes("dead"),
  );
  assert.match(tail.printed, /event +level_up of com\.example\.game: 0 to send, 1 not \(condition_unmet\)/);
  assert.match(tail.printed, /dead +example_network permanent 400 in \d+ ms GET http/);
  const mine = await run(["explain", "mine-1"]);
  assert.match(mine.printed, /– not sent: condition_unmet .*\n +✗ +condition_unmet +expected .*\n.*actual/);
  const id = /Event (\S+) of/.exec(mine.printed)?.[1] ?? "";
  const byId = await run(["explain", id, "--all", "--now"]);
  assert.match(byId.printed, /by today's catalog/);
  assert.match(byId.printed, /✓ +all are on/);
  const fromFile = await run([
    "explain",
    fileOf(
      "level.json",
      JSON.stringify({
        ...level,
        event_value: { level: 5 },
        media_source: "examplenetwork_int",
        install_time: new Date(processClock.now()).toISOString(),
      }),
    ),
  ]);
  assert.match(fromFile.printed, /✓ match: would be sent/);
  const unknown = await run(["explain", "nobody-knows-this"]);
  assert.equal(unknown.exit, "failed");
});

test("dead postbacks are counted, and put back only when somebody says yes", async () => {
  const counted = await run(["replay", "--partner", "example_network", "--dry-run"]);
  assert.equal(counted.printed, "1 dead postback matches.", counted.told);
  const unasked = await run(["replay", "--partner", "example_network"]);
  assert.equal(unasked.exit, "usage");
  const replayed = await run(["replay", "--partner", "example_network", "--yes"]);
  assert.match(replayed.printed, /^1 postbacks? put back \(done\)\.$/, replayed.told);
  const heard = await eventually(
    async () => partner.heard.filter((request) => request.path.startsWith("/install")),
    (requests) => requests.length === 2,
  );
  assert.deepEqual(
    heard.map((request) => request.headers["carom-attempt"]),
    ["1", "2"],
  );
});

test("pause holds at every level and resume lets go; what does not exist is refused", async () => {
  assert.match((await run(["pause", "partner", "example_network"])).printed, /paused +partner example_network/);
  assert.match((await run(["pause", "everything"])).printed, /paused +everything/);
  assert.match((await run(["resume", "everything"])).printed, /paused +partner example_network/);
  assert.equal((await run(["resume", "partner", "example_network", "--rate", "5"])).printed, "Nothing is paused.");
  assert.equal((await run(["pause", "partner", "nobody"])).exit, "failed");
  assert.equal((await run(["pause", "somebody"])).exit, "usage");
});

test("secrets come from standard input, and only their names come back", async () => {
  const set = await run(["secrets", "set", "token"], "s3cr3t\n");
  assert.equal(set.exit, "ok", set.told);
  const listed = await run(["secrets", "--json"]);
  assert.match(listed.printed, /"name":"token"/);
  assert.doesNotMatch(listed.printed + carom.log(), /s3cr3t/);
  assert.equal((await run(["secrets", "remove", "token"])).exit, "ok");
  assert.equal((await run(["secrets", "remove", "token"])).exit, "failed");
});

test("rotate-key seals every secret with a new key while the server runs", async () => {
  await run(["secrets", "set", "token"], "s3cr3t\n");
  const path = join(folder.path, "encryption.key");
  const before = readFileSync(path, "utf8");
  const rotated = await run(["rotate-key"]);
  assert.equal(rotated.exit, "ok", rotated.told);
  assert.match(rotated.printed, /encryption\.key: a new key; 1 secret sealed with it\./);
  assert.notEqual(readFileSync(path, "utf8"), before);
  assert.match((await run(["secrets", "--json"])).printed, /"name":"token".*"fault":null/);
  assert.equal((await run(["secrets", "remove", "token"])).exit, "ok");
});

test("backup writes a file while the server runs, and never over another", async () => {
  const target = join(folder.path, "copy.db");
  const first = await run(["backup", target]);
  assert.equal(first.exit, "ok", first.told);
  assert.ok(statSync(target).size > 0);
  assert.equal(statSync(target).mode & 0o777, 0o600);
  assert.equal((await run(["backup", target])).exit, "failed");
  const nowhere = await run(["backup", join(folder.path, "none", "copy.db")]);
  assert.equal(nowhere.exit, "failed");
  assert.match(nowhere.told, /was not written \(its folder does not exist: make it first\)/);
});

test("doctor finds a running server, and one that is not there is unreachable to the others", async () => {
  const found = await run(["doctor"]);
  assert.match(found.printed, /✓ +server .*takes events/);
  assert.match(
    found.printed,
    /✓ +guard .*and to 127\.0\.0\.0\/8 \(CAROM_ALLOWED_NETWORKS/,
    "the server's, not the shell's",
  );
  assert.match(found.printed, /! +settings .*server runs with CAROM_ALLOWED_NETWORKS=127\.0\.0\.0\/8, this shell has/);
  await run(["pause", "partner", "example_network"]);
  assert.match((await run(["doctor"])).printed, /! +paused +partner example_network .*carom resume/);
  await run(["resume", "partner", "example_network"]);
  const nobody = await run(["keys", "--data", join(folder.path, "nowhere")]);
  assert.equal(nobody.exit, "unreachable");
  assert.match(nobody.told, /no server runs on the folder/);
});

test("doctor names the file of countries, and why it cannot serve", async () => {
  const file = join(folder.path, "countries.mmdb");
  const environment = { CAROM_DATA: folder.path, CAROM_GEOIP_FILE: file };
  writeFileSync(file, aGeoipFile({ "198.51.100.0/24": { country: { iso_code: "DE" } } }));
  assert.match((await runWith(["doctor"], environment)).printed, /✓ +countries +Test-Country of 2026-01-14/);
  writeFileSync(file, "no database");
  const { exit, printed } = await runWith(["doctor"], environment);
  assert.equal(exit, "failed");
  assert.match(printed, /✗ +countries +CAROM_GEOIP_FILE: .*countries\.mmdb is no database/);
});

test("doctor goes on after a setting that cannot be read", async () => {
  const environment = { CAROM_DATA: folder.path, CAROM_PORT: "many" };
  const { exit, printed } = await runWith(["doctor"], environment);
  assert.equal(exit, "failed");
  assert.match(printed, /✗ +settings +CAROM_PORT: "many" is not/);
  assert.match(printed, /✓ +server .*takes events/);
});
