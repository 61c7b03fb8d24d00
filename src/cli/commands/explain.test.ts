import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import type { EventWire } from "#src/contract/event-wire.ts";
import type { ExplanationsWire, ExplanationWire } from "#src/contract/explanation-wire.ts";
import { aPostbackWire } from "#test/support/a-postback-wire.ts";
import { runCommand } from "#test/support/run-command.ts";
import type { HeardRequest, ScriptedAnswer } from "#test/support/scripted-server.ts";

const folder = mkdtempSync(join(tmpdir(), "carom-explain-"));
after(() => rmSync(folder, { recursive: true }));
const fileOf = (text: string): string => {
  const file = join(folder, "event.json");
  writeFileSync(file, text);
  return file;
};

const id = "019bb8a4-7c3e-7d0b-9e57-2f3f7a1c9d10";
const decided = (partner: string, reason: string | null): ExplanationWire => ({
  decision: {
    target: `integration:${partner}/m1`,
    kind: "integration",
    partner_id: partner,
    rule_id: null,
    configurator: null,
    mapping_id: "m1",
    outcome: reason === null ? "match" : "skip",
    reason,
  },
  steps: [
    {
      reason: reason ?? "not_mapped",
      passed: reason === null,
      expected: "e",
      actual: "a",
      set_by: null,
      fix: null,
      set_at: null,
    },
  ],
});
const explanations = (parts: Partial<ExplanationsWire> = {}): ExplanationsWire => ({
  event_id: null,
  app_id: "com.example.game",
  at: "now",
  erased: false,
  explanations: [decided("none", "not_mapped"), decided("south", "condition_unmet"), decided("north", null)],
  recorded: null,
  differs: null,
  postbacks: null,
  ...parts,
});
const event = (app: string): EventWire => ({
  id,
  app_id: app,
  event_id: "mine",
  event_type: "in_app_event",
  event_name: "purchase",
  event_time: "2026-01-14T12:00:00.000Z",
  received_at: "2026-01-14T12:00:00.000Z",
  is_test: false,
  sender_ip: null,
  ip_country: null,
  enrichment: null,
  decisions: [],
  postback_ids: [],
  source: {},
});
const page = (data: readonly object[]) => ({ data, next_cursor: null });

/** Answers by path: a stored event, its postbacks and its explanation. */
const serverOf =
  (parts: { readonly events?: readonly EventWire[]; readonly answer?: ExplanationsWire } = {}) =>
  ({ path }: HeardRequest): ScriptedAnswer => {
    if (path.startsWith("/v1/events")) return { status: 200, body: page(parts.events ?? []) };
    if (path === "/v1/explain") return { status: 200, body: parts.answer ?? explanations() };
    const found = parts.answer?.postbacks?.find((postback) => path === `/v1/postbacks/${postback.id}`);
    return { status: 200, body: aPostbackWire(found === undefined ? {} : { id: found.id, target: found.target }) };
  };

test("what was never sent is not said to be sent; matches come first, what is not mapped last", async () => {
  const { exit, printed } = await runCommand(["explain", fileOf("{}")], serverOf());
  assert.equal(exit, "ok");
  assert.deepEqual(
    printed.filter((line) => /^[✓–]/.test(line)),
    [
      "✓ match: would be sent  integration:north/m1",
      "– would not be sent: condition_unmet  integration:south/m1",
      "– would not be sent: not_mapped  integration:none/m1",
    ],
  );
});

type Made = NonNullable<ExplanationsWire["postbacks"]>[number];
const made = (parts: Partial<Made> = {}): Made => ({
  id: aPostbackWire().id,
  target: "integration:north/m1",
  made_by: "decision",
  state: "delivered",
  reason: null,
  created_at: "2026-01-14T12:00:00.000Z",
  ...parts,
});

test("a step that passed is told by what was found, not by the name of its failure", async () => {
  const north = decided("north", null);
  const step = { ...decided("north", "outside_window").steps[0], set_by: null, fix: null, set_at: null };
  const steps = [
    { ...step, reason: "outside_window", passed: true, expected: "at most 10 days", actual: "3.000 days after it" },
    { ...step, reason: "mapping_off", passed: true, expected: "the mapping is on", actual: "the mapping is on" },
    { ...step, reason: "render_error", passed: false, expected: "a request", actual: "no host" },
  ];
  const answer = explanations({ explanations: [{ ...north, steps }] });
  const { printed } = await runCommand(["explain", fileOf("{}"), "--all"], serverOf({ answer }));
  assert.deepEqual(printed.slice(-4), [
    "    ✓                          3.000 days after it (expected: at most 10 days)",
    "    ✓                          the mapping is on",
    "    ✗  render_error  expected  a request",
    "                     actual    no host",
  ]);
});

test("of a stored event it is told what became of its postbacks", async () => {
  const answer = explanations({ event_id: id, at: "then", recorded: [], differs: [], postbacks: [made()] });
  const { printed } = await runCommand(["explain", id], serverOf({ answer }));
  const at = printed.findIndex((line) => line.startsWith("✓ match  integration:north/m1"));
  assert.equal(printed[at + 1], `    delivered 200 in 25 ms ${aPostbackWire().id}`);
  assert.ok(printed.includes("– not sent: condition_unmet  integration:south/m1"));
});

test("a postback that a backfill or a redelivery made later stands under its target, and is told as that", async () => {
  const postbacks = [
    made(),
    made({ id: `${id}-d6fc8a7ee391-1`, made_by: "redelivery" }),
    made({ id: `${id}-aaaaaaaaaaaa-1`, target: "integration:none/new", made_by: "backfill" }),
    made({ id: `${id}-bbbbbbbbbbbb-1`, target: "integration:fourth/m4", made_by: "backfill", state: "pending" }),
  ];
  const none = decided("none", "not_mapped");
  const whole = { ...none, decision: { ...none.decision, target: "integration:none", mapping_id: null } };
  const answer = explanations({
    event_id: id,
    at: "then",
    explanations: [whole, decided("north", null)],
    recorded: [],
    differs: [],
    postbacks,
  });
  const { printed } = await runCommand(["explain", id], serverOf({ answer }));
  assert.deepEqual(
    printed.filter((line) => /^[✓–]| {4}delivered/.test(line)),
    [
      "✓ match  integration:north/m1",
      `    delivered 200 in 25 ms ${id}-d6fc8a7ee391`,
      `    delivered 200 in 25 ms made later by a redelivery ${id}-d6fc8a7ee391-1`,
      "– not sent then: not_mapped; sent later by a backfill  integration:none",
      `    delivered 200 in 25 ms made later by a backfill ${id}-aaaaaaaaaaaa-1`,
      "– not decided then; made later by a backfill  integration:fourth/m4",
      `    delivered 200 in 25 ms made later by a backfill ${id}-bbbbbbbbbbbb-1`,
    ],
  );
});

test("where the app had no integration and no rule, that is what is said", async () => {
  const answer = explanations({ event_id: id, at: "then", explanations: [], recorded: [], differs: [] });
  const { printed } = await runCommand(["explain", id], serverOf({ answer }));
  assert.equal(printed[1], "  The app had no integration and no rule: nobody was told.");
});

test("a file that is not JSON is named with the line and column, and nothing is asked", async () => {
  const file = fileOf('{\n  "a": x\n}');
  const { exit, told, heard } = await runCommand(["explain", file], serverOf());
  assert.equal(exit, "failed");
  assert.deepEqual(told, [`error  ${file}:2: this is not JSON: see column 8`]);
  assert.equal(heard.length, 0);
});

test("a refusal of an event in a file names the file", async () => {
  const file = fileOf("{}");
  const errors = [{ path: "event.app_id", code: "event.app_missing", message: "app_id: name the app" }];
  const problem = { type: "t", title: "t", status: 400, code: "request.invalid", detail: "the body: x", errors };
  const { told } = await runCommand(["explain", file], () => ({ status: 400, body: { ...problem, request_id: "r" } }));
  assert.deepEqual(told, [`error  ${file}: event.app_id: name the app (event.app_missing)`]);
});

test("a client's id that two apps know is asked about, and found with the app", async () => {
  const events = [event("com.example.game"), event("com.example.other")];
  const both = await runCommand(["explain", "mine"], serverOf({ events }));
  assert.equal(both.exit, "failed");
  assert.deepEqual(both.told, [
    'error  "mine" is an event of com.example.game and of com.example.other: say which with --app',
  ]);
  const one = await runCommand(
    ["explain", "mine", "--app", "com.example.game"],
    serverOf({ events: [event("com.example.game")] }),
  );
  assert.equal(one.exit, "ok");
  assert.match(one.heard[0]?.path ?? "", /app_id=com\.example\.game/);
});

test("an event in a file that names no app is of the app given, and keeps its numbers as they stand", async () => {
  const bodyOf = async (text: string) =>
    (await runCommand(["explain", fileOf(text), "--app", "shop"], serverOf())).heard[0]?.body;
  assert.equal(await bodyOf('{"n": 12345678901234567890}'), '{"event":{"app_id":"shop","n": 12345678901234567890}}');
  assert.equal(await bodyOf('{"app_id": "mine"}'), '{"event":{"app_id": "mine"}}');
});
