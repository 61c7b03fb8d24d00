import assert from "node:assert/strict";
import { test } from "node:test";
import { runCommandLine } from "#src/cli/run-command-line.ts";
import { recordedTerminal } from "#test/support/recorded-terminal.ts";
import { openScriptedServer } from "#test/support/scripted-server.ts";

const time = "2026-01-14T12:00:00.000Z";
const change = {
  revision: 1,
  changed: true,
  dry_run: true,
  changes: [],
  cancels: { waiting: 0, becomes: "cancelled", receivers: [] },
  saved_at: null,
  saved_by: null,
  warnings: [],
};
const simulation = {
  id: "s-1",
  status: "running",
  revision: 1,
  started_at: time,
  ended_at: null,
  looked: 10,
  events: 10,
  erased: 0,
  left: 90,
  counts: { newly_sent: 0, no_longer_sent: 0, sent_otherwise: 0, unchanged: 0, not_sent: 0 },
  groups: [],
  examples: [],
  failure: null,
};
const backfill = {
  id: "b-1",
  status: "running",
  dry_run: true,
  looked: 10,
  left: 90,
  postbacks: 0,
  already_served: 0,
  by_target: {},
  created_at: time,
  updated_at: time,
};

/** Runs a command that never ends by itself, and interrupts it once it looks how far the server is. */
const interrupt = async (argv: readonly string[], stdin: string, answerOf: (dryRun: boolean) => object) => {
  const ending = new AbortController();
  let isDryRun = true;
  const server = await openScriptedServer(({ method, path, body }) => {
    if (method === "PUT") return { status: 200, body: change };
    if (method === "POST") isDryRun = !body.includes('"dry_run":false');
    if (method === "GET") ending.abort();
    return { status: path.includes("/b-1") || path.includes("/s-1") ? 200 : 202, body: answerOf(isDryRun) };
  });
  const terminal = recordedTerminal(stdin);
  const clock = {
    now: () => 0,
    monotonic: () => 0,
    after: (_delayMs: number, go: () => void) => {
      setImmediate(go);
      return () => {};
    },
  };
  const environment = { CAROM_URL: server.url, CAROM_KEY: "k" };
  const exit = await runCommandLine(argv, { terminal, clock, environment, interrupted: ending.signal });
  await server.close();
  return { exit, told: terminal.told, last: server.heard.at(-1) };
};

test("Ctrl-C stops a simulation on the server, too", async () => {
  const { exit, told, last } = await interrupt(["simulate", "-"], "carom: 1", () => simulation);
  assert.equal(exit, "interrupted");
  assert.deepEqual([last?.method, last?.path], ["DELETE", "/v1/simulations/s-1"]);
  assert.deepEqual(told, ["The simulation was stopped."]);
});

test("Ctrl-C stops a backfill that counts; nothing was sent", async () => {
  const argv = ["backfill", "--partner", "north", "--yes"];
  const { exit, told, last } = await interrupt(argv, "", () => backfill);
  assert.equal(exit, "interrupted");
  assert.deepEqual([last?.method, last?.path], ["DELETE", "/v1/backfills/b-1"]);
  assert.deepEqual(told, ["Stopped while counting; nothing was sent."]);
});

test("Ctrl-C leaves a backfill that sends to the server, and names it", async () => {
  const argv = ["backfill", "--partner", "north", "--yes"];
  const { exit, told, last } = await interrupt(argv, "", (dryRun) =>
    dryRun ? { ...backfill, status: "done", postbacks: 1 } : { ...backfill, dry_run: false },
  );
  assert.equal(exit, "interrupted");
  assert.equal(last?.method, "GET");
  assert.deepEqual(told, ["The backfill goes on in the server, as job b-1."]);
});
