import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { anAttemptWire, aPostbackWire } from "#test/support/a-postback-wire.ts";
import { runCommand } from "#test/support/run-command.ts";

const folder = mkdtempSync(join(tmpdir(), "carom-cli-"));
after(() => rmSync(folder, { recursive: true }));
const nobody = () => ({ status: 500, body: "" });
const problem = (more: object) => ({
  status: 400,
  body: {
    type: "t",
    title: "The catalog has mistakes",
    status: 400,
    code: "c",
    detail: "the body: x",
    request_id: "r",
    ...more,
  },
});

test("a slip of the finger is told what was meant", async () => {
  const { exit, told } = await runCommand(["sned"], nobody);
  assert.equal(exit, "usage");
  assert.equal(told[0], 'carom: there is no command "sned"; did you mean `carom send`?');
});

test("a folder or a file that is not UTF-8 is said so in words", async () => {
  const folderSaid = await runCommand(["apply", folder], nobody);
  assert.deepEqual(folderSaid.told, [`error  ${folder}: it is a folder`]);
  const file = join(folder, "latin.yaml");
  writeFileSync(file, Buffer.from([0x63, 0x3a, 0xff]));
  assert.deepEqual((await runCommand(["apply", file], nobody)).told, [`error  ${file}: it is not UTF-8`]);
});

test("one mistake is told once, several under a head, without the words of HTTP", async () => {
  const errors = [
    { path: "a", code: "x", message: "a: is wrong", line: 3 },
    { path: "b", code: "y", message: "b: is wrong too" },
  ];
  const one = await runCommand(["apply", "-"], () => problem({ errors: errors.slice(0, 1) }), "carom: 1");
  assert.deepEqual(one.told, ["error  line 3: a: is wrong (x)"]);
  const both = await runCommand(["apply", "-"], () => problem({ errors }), "carom: 1");
  assert.deepEqual(both.told, [
    "error  The catalog has mistakes (c)",
    "  line 3: a: is wrong (x)",
    "  b: is wrong too (y)",
  ]);
});

test("one postback is shown with what was sent and what came back", async () => {
  const fault = { code: "connect_refused", message: "nobody listens" } as const;
  const postback = aPostbackWire({
    attempt_log: [anAttemptWire({ response: null, fault }), anAttemptWire({ number: 2 })],
  });
  const { printed } = await runCommand(["postback", postback.id], () => ({ status: 200, body: postback }));
  const text = printed.join("\n");
  assert.match(text, /^delivered {2}200 in 25 ms attempt 2\n/);
  assert.match(text, /GET https:\/\/north\.example\//);
  assert.match(text, /connect_refused: nobody listens/);
});

test("a redelivery shows the difference that today's templates make", async () => {
  const request = (url: string) => ({ method: "GET", url, headers: [], body: null });
  const body = { id: "new-1", before: request("https://n.example/1"), after: request("https://n.example/2") };
  const { printed, heard } = await runCommand(["redeliver", "p", "--render", "current"], () => ({ status: 202, body }));
  assert.equal(heard[0]?.path, "/v1/postbacks/p/redeliver");
  assert.equal(heard[0]?.body, '{"render":"current"}');
  assert.deepEqual(printed, ["Postback new-1 is due.", "- GET https://n.example/1", "+ GET https://n.example/2"]);
});

test("waiting postbacks are counted before anything is cancelled, and all of them are never meant by silence", async () => {
  const counted = () => ({ status: 200, body: { matching: 1, cancelled: 0, dry_run: true } });
  const silent = await runCommand(["cancel"], counted);
  assert.deepEqual([silent.exit, silent.heard.length], ["usage", 0]);
  const dry = await runCommand(["cancel", "--partner", "north", "--dry-run"], counted);
  assert.deepEqual(dry.printed, ["1 waiting postback matches."]);
  assert.equal(dry.heard[0]?.body, '{"filter":{"partner_id":"north"},"dry_run":true}');
  const done = await runCommand(["cancel", "--partner", "north", "--yes"], (_request, earlier) => ({
    status: 200,
    body: { matching: 2, cancelled: earlier === 0 ? 0 : 2, dry_run: earlier === 0 },
  }));
  assert.deepEqual(done.printed, ["2 waiting postbacks cancelled."]);
});

test("a secret that cannot be opened is marked in the list, with what to do", async () => {
  const secret = { updated_at: "2026-01-01T00:00:00.000Z" };
  const data = [
    { ...secret, name: "good", fault: null },
    { ...secret, name: "lost", fault: "other_key" },
  ];
  const { printed } = await runCommand(["secrets"], () => ({ status: 200, body: { data, unset: [] } }));
  assert.match(printed[0] ?? "", /^good +set 2026-01-01T00:00:00.000Z$/);
  assert.match(
    printed[1] ?? "",
    /^lost .*cannot be opened: sealed with another encryption key;.*carom secrets set lost/,
  );
});

test("apply warns of what its document holds, counts the rest, and tells that too where it is asked", async () => {
  const warnings = [
    { path: "partners[0].templates[0].url", code: "own", message: "is odd", line: 3 },
    { path: "partner/other.templates[0].url", code: "others", message: "is odd, too" },
  ];
  const cancels = { waiting: 0, becomes: "cancelled", receivers: [] };
  const change = { revision: 2, changed: true, dry_run: false, changes: [], cancels, saved_at: null, saved_by: null };
  const apply = (...more: string[]) =>
    runCommand(["apply", "-", ...more], () => ({ status: 200, body: { ...change, warnings } }), "carom: 1");
  const { told } = await apply();
  assert.equal(told.length, 2);
  assert.match(told[0] ?? "", /partners\[0\].*is odd \(own\)/);
  assert.match(told[1] ?? "", /^and 1 warning about what stands on the server already; .*--all-warnings/);
  assert.match((await apply("--all-warnings")).told[1] ?? "", /partner\/other.*is odd, too \(others\)/);
});
