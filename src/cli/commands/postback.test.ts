import assert from "node:assert/strict";
import { test } from "node:test";
import type { RequestWire } from "#src/contract/postback-wire.ts";
import { anAttemptWire, aPostbackWire } from "#test/support/a-postback-wire.ts";
import { runCommand } from "#test/support/run-command.ts";

const request = (url = "https://north.example/i?id=1"): RequestWire => ({
  method: "POST",
  url,
  headers: [{ name: "content-type", value: "application/json" }],
  body: '{"a":1}',
});

test("a postback is shown with its exact request and what each attempt heard", async () => {
  const response = { status: 500, headers: [], body: "try later", body_truncated: false, retry_after_s: null };
  const unmet = {
    test: "statuses" as const,
    expected: "must be 2xx",
    actual: "the status was 500",
    set_by: "partners[north].success",
  };
  const attempts = [
    anAttemptWire({ outcome: "retryable", response, unmet }),
    anAttemptWire({
      number: 2,
      outcome: "retryable",
      spent: false,
      response: null,
      fault: { code: "deadline", message: "no answer" },
    }),
    anAttemptWire({ number: 2 }),
  ];
  const postback = aPostbackWire({ request: request(), attempt_log: attempts });
  const { exit, heard, printed } = await runCommand(["postback", postback.id], () => ({ status: 200, body: postback }));
  assert.deepEqual([exit, heard[0]?.path], ["ok", `/v1/postbacks/${postback.id}`]);
  const text = printed.join("\n");
  assert.match(text, /^delivered {2}200 in 25 ms attempt 2\n/);
  assert.match(text, /\nto +north\n/);
  assert.match(text, /\nPOST https:\/\/north\.example\/i\?id=1\ncontent-type: application\/json\n\n\{"a":1\}\n/);
  assert.match(
    text,
    /attempt 1 .* retryable in 25 ms\n {2}500 {2}try later\n {2}success\.statuses: the status was 500, must be 2xx; set by partners\[north\]\.success\n/,
  );
  assert.match(text, /attempt 2 .* retryable in 25 ms, which cost no attempt\n {2}deadline: no answer\n/);
});

test("a postback that is sent again shows what differs from the one before", async () => {
  const other = request("https://north.example/i?id=2");
  const answer = { id: "new-1", before: request(), after: other };
  const again = await runCommand(["redeliver", "old-1", "--render", "current"], () => ({ status: 201, body: answer }));
  assert.equal(again.exit, "ok", again.told.join("\n"));
  assert.deepEqual(
    [again.heard[0]?.path, again.heard[0]?.body],
    ["/v1/postbacks/old-1/redeliver", '{"render":"current"}'],
  );
  assert.deepEqual(again.printed, [
    "Postback new-1 is due.",
    "- POST https://north.example/i?id=1",
    "+ POST https://north.example/i?id=2",
  ]);
  const same = await runCommand(["redeliver", "old-1"], () => ({ status: 201, body: { ...answer, after: request() } }));
  assert.deepEqual([same.heard[0]?.body, same.printed[1]], ["{}", "The request is the same as before."]);
});

test("one that is not there ends the command with the server's words", async () => {
  const problem = {
    type: "urn:carom:error:postback.not_found",
    title: "There is no such postback",
    status: 404,
    code: "postback.not_found",
    detail: "there is no postback nothing",
    request_id: "r1",
  };
  for (const command of ["postback", "redeliver"]) {
    const { exit, told } = await runCommand([command, "nothing"], () => ({ status: 404, body: problem }));
    assert.equal(exit, "failed");
    assert.match(told.join("\n"), /there is no postback nothing/);
  }
});
