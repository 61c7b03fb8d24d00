import assert from "node:assert/strict";
import { test } from "node:test";
import { runCommand } from "#test/support/run-command.ts";

const answering = ({ path, body }: { readonly path: string; readonly body: string }) => ({
  status: 200,
  body: {
    dry_run: path.endsWith("dry_run=true"),
    identifiers: JSON.parse(body).identifiers,
    events: 3,
    cancelled: 1,
    in_flight: 2,
    install_records: 1,
    once_marks: 0,
    left_in_log: body.includes("in-backup"),
    left_in_file: body.includes("in-large-file"),
  },
});

test("a dry run says how much there is and of whom, and erases nothing", async () => {
  const { exit, heard, printed } = await runCommand(
    ["erase", "--user", "bob", "--app", "game", "--dry-run"],
    answering,
  );
  assert.equal(exit, "ok");
  assert.deepEqual(
    heard.map(({ method, path, body }) => [method, path, JSON.parse(body)]),
    [
      [
        "DELETE",
        "/v1/users-data?dry_run=true",
        { app_id: "game", identifiers: [{ kind: "user_id", value: "bob" }], linked: false },
      ],
    ],
  );
  assert.deepEqual(printed, ["3 events of the id bob."]);
  const two = await runCommand(["erase", "--user", "bob", "--install", "device-1", "--dry-run"], answering);
  assert.deepEqual(two.printed, ["3 events of the ids bob, device-1."]);
});

test("it is found first, erased with --yes, and nothing is done without an answer or an id", async () => {
  const done = await runCommand(["erase", "--install", "device-1", "--linked", "--yes"], answering);
  assert.deepEqual(
    done.heard.map(({ path }) => path),
    ["/v1/users-data?dry_run=true", "/v1/users-data?dry_run=false"],
  );
  assert.deepEqual(done.printed, [
    "3 events erased, 1 waiting postback cancelled, 1 install record removed. 2 events in flight: run it again in a minute.",
  ]);
  const held = await runCommand(["erase", "--install", "in-backup", "--yes"], answering);
  assert.match(
    held.printed[0] ?? "",
    /data\.db-wal still holds bytes of it, .* emptied within 10 seconds of its end\.$/,
  );
  const large = await runCommand(["erase", "--install", "in-large-file", "--yes"], answering);
  assert.match(large.printed[0] ?? "", /may stay in data\.db, .* run `carom compact` to be rid of them\.$/);
  const unasked = await runCommand(["erase", "--user", "bob"], answering);
  assert.deepEqual([unasked.exit, unasked.heard.length], ["usage", 1]);
  const nobody = await runCommand(["erase"], answering);
  assert.deepEqual([nobody.exit, nobody.heard.length], ["usage", 0]);
});
