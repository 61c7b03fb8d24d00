import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { runCommandLine } from "#src/cli/run-command-line.ts";
import { recordedTerminal } from "#test/support/recorded-terminal.ts";
import { type HeardRequest, openScriptedServer, type ScriptedAnswer } from "#test/support/scripted-server.ts";

const folder = mkdtempSync(join(tmpdir(), "carom-send-"));
after(() => rmSync(folder, { recursive: true }));

const problem = (status: number, code: string, more: object = {}): ScriptedAnswer => ({
  status,
  body: { type: "about:blank", title: code, status, code, detail: `detail of ${code}`, request_id: "r", ...more },
});
const acceptAll = (request: HeardRequest): ScriptedAnswer => {
  const count = request.body.split("\n").length;
  return { status: 202, body: { accepted: count, duplicates: 0, rejected: [], ids: Array(count).fill("id") } };
};

/** Runs `carom send` against answers; the clock leaps over every wait, and tells them. */
const send = async (
  input: { readonly argv?: readonly string[]; readonly stdin?: string; readonly events?: string },
  answer: (request: HeardRequest, earlier: number) => ScriptedAnswer,
) => {
  const server = await openScriptedServer(answer);
  const terminal = recordedTerminal(input.stdin);
  const waits: number[] = [];
  let nowMs = 0;
  const clock = {
    now: () => nowMs,
    monotonic: () => nowMs,
    after: (delayMs: number, run: () => void) => {
      waits.push(delayMs);
      nowMs += delayMs;
      setImmediate(run);
      return () => {};
    },
  };
  const file = join(folder, "events.ndjson");
  if (input.events !== undefined) writeFileSync(file, input.events);
  const argv = ["send", ...(input.events === undefined ? [] : [file]), "--url", server.url, ...(input.argv ?? [])];
  const surroundings = { terminal, clock, environment: { CAROM_KEY: "k" }, interrupted: new AbortController().signal };
  const exit = await runCommandLine(argv, surroundings);
  await server.close();
  return { exit, waits, heard: server.heard, printed: terminal.printed, told: terminal.told };
};

test("events go in batches with the key, their text untouched, and are counted", async () => {
  const events = '{"a":120.00}\n{"a":2}\n{"a":3}\n';
  const { exit, heard, printed } = await send({ events, argv: ["--batch", "2"] }, acceptAll);
  assert.equal(exit, "ok");
  assert.deepEqual(
    heard.map((request) => request.body),
    ['{"a":120.00}\n{"a":2}', '{"a":3}'],
  );
  assert.equal(heard[0]?.headers.authorization, "Bearer k");
  assert.equal(heard[0]?.headers["content-type"], "application/x-ndjson");
  assert.deepEqual(printed, ["3 accepted, 0 duplicates, 0 rejected"]);
});

test("a busy server is waited for as long as it says, and gets the same batch again", async () => {
  const { exit, waits, heard, printed } = await send({ stdin: '[{"a":1}]' }, (request, earlier) =>
    earlier < 2
      ? { ...problem(earlier === 0 ? 503 : 429, "busy"), headers: { "retry-after": "7" } }
      : acceptAll(request),
  );
  assert.equal(exit, "ok");
  assert.deepEqual(waits, [7000, 7000]);
  assert.equal(new Set(heard.map((request) => request.body)).size, 1);
  assert.deepEqual(printed, ["1 accepted, 0 duplicates, 0 rejected"]);
});

test("rejected events are named by their line, the rest is sent, and the exit code says that it was a part", async () => {
  const { exit, printed, told } = await send({ events: '{"a":1}\n\n{"b":2}' }, () => ({
    status: 202,
    body: {
      accepted: 1,
      duplicates: 0,
      rejected: [{ index: 1, code: "event.app_unknown", message: "no such app" }],
      ids: ["x", null],
    },
  }));
  assert.equal(exit, "partly");
  assert.deepEqual(told, ["line 3: no such app (event.app_unknown)"]);
  assert.deepEqual(printed, ["1 accepted, 0 duplicates, 1 rejected"]);
});

test("a batch in which no event is good does not stop the next", async () => {
  const errors = [{ path: "[0].app_id", code: "event.app_unknown", message: "no such app" }];
  const { exit, told, printed } = await send(
    { events: '{"a":1}\n{"b":2}', argv: ["--batch", "1"] },
    (request, earlier) => (earlier === 0 ? problem(400, "events.none_accepted", { errors }) : acceptAll(request)),
  );
  assert.equal(exit, "partly");
  assert.deepEqual(told, ["line 1: app_id: no such app (event.app_unknown)"]);
  assert.deepEqual(printed, ["1 accepted, 0 duplicates, 1 rejected"]);
});

test("a broken line of the file is told, and the rest is sent", async () => {
  const { exit, told, printed, heard } = await send({ events: '{"a":1}\n{"b":\nhello\n{"c":3}' }, acceptAll);
  assert.equal(exit, "partly");
  assert.deepEqual(told, [
    "line 2: the event that begins here has no end (event.not_json)",
    "line 3: this is not JSON: see its column 1 (event.not_json)",
  ]);
  assert.deepEqual(printed, ["2 accepted, 0 duplicates, 2 rejected"]);
  assert.equal(heard[0]?.body, '{"a":1}\n{"c":3}');
});

test("a line is named once, and as the file counts it", async () => {
  const { told } = await send({ events: '\n\n{"a":1}\n{"b":1}' }, () => ({
    status: 202,
    body: {
      accepted: 1,
      duplicates: 0,
      rejected: [{ index: 1, line: 2, code: "event.name_missing", message: "line 2: event_name: name the event" }],
      ids: ["x", null],
    },
  }));
  assert.deepEqual(told, ["line 4: event_name: name the event (event.name_missing)"]);
});

test("a folder is no file of events, and is said so", async () => {
  const { exit, told } = await send({ argv: [folder] }, acceptAll);
  assert.equal(exit, "failed");
  assert.deepEqual(told, [`error  ${folder}: it is a folder`]);
});

test("--app names the app of events that do not name theirs", async () => {
  const { heard } = await send({ events: '{}\n{"x":1}\n{"app_id":"b"}', argv: ["--app", "a"] }, acceptAll);
  assert.equal(heard[0]?.body, '{"app_id":"a"}\n{"app_id":"a","x":1}\n{"app_id":"b"}');
});

test("--rate spreads batches over time", async () => {
  const { waits, heard } = await send({ events: '{"a":1}\n'.repeat(6), argv: ["--rate", "2"] }, acceptAll);
  assert.equal(heard.length, 3);
  assert.deepEqual(waits, [1000, 1000]);
});

test("a refused key, a server that is not there and a file that is none end with an exit code of their own", async () => {
  const refused = await send({ stdin: "{}" }, () => problem(401, "auth.unknown_key"));
  assert.equal(refused.exit, "refused");
  assert.match(refused.told[0] ?? "", /detail of auth\.unknown_key \(auth\.unknown_key\)/);
  const missing = await send({ argv: [join(folder, "none.json")] }, acceptAll);
  assert.equal(missing.exit, "failed");
  assert.match(missing.told[0] ?? "", /none\.json: there is no such file/);
});
