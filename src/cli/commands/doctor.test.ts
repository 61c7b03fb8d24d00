import assert from "node:assert/strict";
import { after, test } from "node:test";
import { anAttemptWire, aPostbackWire } from "#test/support/a-postback-wire.ts";
import { temporaryFolder } from "#test/support/carom-process.ts";
import { runCommand } from "#test/support/run-command.ts";

const folder = temporaryFolder();
after(folder.remove);

const answers: Readonly<Record<string, object>> = {
  "/healthz": { status: "ok", version: "1.2.3" },
  "/readyz": { status: "ready" },
  "/v1/pauses": { data: [] },
  "/v1/postbacks": { data: [], next_cursor: null },
  "/v1/notices": { data: [], open: [] },
  "/v1/secrets": { data: [{ name: "token", updated_at: "2026-01-14T12:00:00.000Z", fault: "other_key" }], unset: [] },
};
const answering = ({ path }: { readonly path: string }) => {
  const body = answers[path.split("?")[0] ?? ""];
  return body === undefined ? { status: 404, body: {} } : { status: 200, body };
};

test("of a server that is asked at its address, doctor says what is of this shell and machine instead", async () => {
  const { exit, printed } = await runCommand(["doctor"], answering);
  assert.match(printed[0] ?? "", /^! +outside +http:\/\/127\.0\.0\.1:\d+ is asked from outside: settings, folder, /);
  const text = printed.join("\n");
  assert.match(text, /✓ +server +http:\S+: Carom 1\.2\.3 takes events/);
  assert.match(text, /✗ +secret +token cannot be opened/);
  assert.equal(exit, "failed");
});

test("of a folder it says no such thing, also where an address is set", async () => {
  const { printed, heard } = await runCommand(["doctor", "--data", folder.path], answering);
  assert.doesNotMatch(printed.join("\n"), /asked from outside/);
  assert.equal(heard.length, 0);
});

const breakerOpen = (by: string) => ({ reason: "breaker_open", by, until: "2026-01-14T12:10:00.000Z" }) as const;
const waitingAt = (by: string, last_status: number | null, attempts = 0) => {
  const parts = { state: "pending", held: breakerOpen(by), last_status, attempts } as const;
  const { request: _request, render_message: _message, attempt_log: _log, ...summary } = aPostbackWire(parts);
  return summary;
};
const failing = (subject: string) => ({
  kind: "receiver_failing",
  subject,
  app_id: null,
  partner_id: null,
  detail: `the host ${subject} does not take what it is sent`,
  since: "2026-01-14T12:00:00.000Z",
  opened_at: "2026-01-14T12:05:00.000Z",
  told_at: "2026-01-14T12:05:00.000Z",
});
const isWell = { "/v1/secrets": { data: [], unset: [] } };

test("each open breaker has a line with what it holds and what it answered last, and so has one that holds nothing", async () => {
  const north = "receiver integration:com.example.game:north";
  const bodies: Readonly<Record<string, object>> = {
    ...answers,
    ...isWell,
    "/v1/postbacks": {
      data: [waitingAt(north, null), waitingAt(north, 500), waitingAt("host s", null)],
      next_cursor: null,
    },
    "/v1/notices": { data: [], open: [failing("integration:com.example.game:north"), failing("quiet.example")] },
  };
  const { printed } = await runCommand(["doctor", "--json"], ({ path }) => {
    const body = bodies[path.split("?")[0] ?? ""];
    return body === undefined ? { status: 404, body: {} } : { status: 200, body };
  });
  const findings: readonly { state: string; subject: string; said: string }[] = JSON.parse(printed.join(""));
  const told = findings.filter(({ subject }) => subject === "breaker");
  assert.deepEqual(new Set(told.map(({ state }) => state)), new Set(["note"]));
  assert.deepEqual(
    told.map(({ said }) => said),
    [
      `${north}: its breaker is open, 2 postbacks are held, the last answer was 500; the next probe goes at 2026-01-14T12:10:00.000Z`,
      "host s: its breaker is open, 1 postback is held, no answer was heard; the next probe goes at 2026-01-14T12:10:00.000Z",
      "the host quiet.example does not take what it is sent; since 2026-01-14T12:00:00.000Z",
    ],
  );
});

test("of a breaker that no answer opened, what kept the last attempt from one is told", async () => {
  const message = "connect ECONNREFUSED 192.0.2.7:443";
  const untold = { ...waitingAt("host s", null), id: "never-tried" };
  const tried = { ...waitingAt("host s", null, 3), id: "tried" };
  const attempt = anAttemptWire({ response: null, fault: { code: "connect_refused", message } });
  const detail = aPostbackWire({ id: "tried", attempt_log: [attempt] });
  const { printed } = await runCommand(["doctor"], ({ path }) => {
    if (path === "/v1/postbacks/tried") return { status: 200, body: detail };
    if (path.startsWith("/v1/postbacks")) return { status: 200, body: { data: [untold, tried], next_cursor: null } };
    return path === "/v1/secrets" ? { status: 200, body: { data: [], unset: [] } } : answering({ path });
  });
  assert.match(
    printed.join("\n"),
    /host s: its breaker is open, 2 postbacks are held, no answer was heard: connect_refused, connect ECONNREFUSED 192\.0\.2\.7:443; the next/,
  );
});

test("where very much waits, or very many breakers are open, the first are told and that there are more", async () => {
  const { printed } = await runCommand(["doctor"], ({ path }) => {
    const names = Array.from({ length: 12 }, (_, index) => waitingAt(`host h${index}`, 503));
    if (path.startsWith("/v1/postbacks")) return { status: 200, body: { data: names, next_cursor: "7" } };
    return path === "/v1/secrets" ? { status: 200, body: { data: [], unset: [] } } : answering({ path });
  });
  const text = printed.join("\n");
  assert.match(text, /host h9: its breaker is open, at least 5 postbacks are held, the last answer was 503/);
  assert.match(text, /! +breaker +2 more/);
  assert.doesNotMatch(text, /host h10|Nothing stands in the way/);
});

test("a secret that is not set is to be mended where an integration or a rule in use waits for it", async () => {
  const use = { name: "token", app_id: "com.example.game", partner_id: "north", rule_id: null };
  const ofRule = { ...use, name: "key", partner_id: null, rule_id: "crashes" };
  const unset = [use, { ...use, app_id: "com.example.shop" }, ofRule];
  const { exit, printed } = await runCommand(["doctor"], ({ path }) =>
    path === "/v1/secrets" ? { status: 200, body: { data: [], unset } } : answering({ path }),
  );
  const text = printed.join("\n");
  assert.match(
    text,
    /✗ +secret +token is not set, and postbacks of partner north in app com\.example\.game and 1 more app wait for it: `carom secrets set token`/,
  );
  assert.match(text, /✗ +secret +key is not set, and postbacks of rule crashes in app com\.example\.game wait for it/);
  assert.equal(exit, "failed");
});
