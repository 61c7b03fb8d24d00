import assert from "node:assert/strict";
import { after, test } from "node:test";
import { temporaryFolder } from "#test/support/carom-process.ts";
import { runCommand } from "#test/support/run-command.ts";

const folder = temporaryFolder();
after(folder.remove);

const answers: Readonly<Record<string, object>> = {
  "/healthz": { status: "ok", version: "1.2.3" },
  "/readyz": { status: "ready" },
  "/v1/pauses": { data: [] },
  "/v1/secrets": { data: [{ name: "token", updated_at: "2026-01-14T12:00:00.000Z", fault: "other_key" }] },
};
const answering = ({ path }: { readonly path: string }) => {
  const body = answers[path];
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
