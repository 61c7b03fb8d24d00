import assert from "node:assert/strict";
import { test } from "node:test";
import { anAttemptWire, aPostbackWire } from "#test/support/a-postback-wire.ts";
import { postbackWords } from "./postback-words.ts";

const answered = (status: number) => ({ status, headers: [], body: "", body_truncated: false, retry_after_s: null });

test("a 200 that means no says why", () => {
  const unmet = {
    test: "body",
    expected: 'must not be "error" (ignore_case)',
    actual: '/result/status was "ERROR"',
    set_by: "partners[north].success",
  } as const;
  const attempt = anAttemptWire({ outcome: "permanent", unmet });
  assert.equal(
    postbackWords(aPostbackWire({ state: "dead", reason: "permanent", attempt_log: [attempt] })),
    'permanent 200 in 25 ms: success.body: /result/status was "ERROR", must not be "error" (ignore_case); set by partners[north].success',
  );
});

test("a status outside the success test says so, unless it is an error by itself", () => {
  const wordsOf = (status: number) =>
    postbackWords(
      aPostbackWire({
        state: "dead",
        reason: "permanent",
        attempt_log: [
          anAttemptWire({
            outcome: "permanent",
            response: answered(status),
            unmet: {
              test: "statuses",
              expected: "must be 200",
              actual: `the status was ${status}`,
              set_by: "partners[north].success",
            },
          }),
        ],
      }),
    );
  const words =
    "permanent 204 in 25 ms: success.statuses: the status was 204, must be 200; set by partners[north].success";
  assert.equal(wordsOf(204), words);
  assert.equal(wordsOf(404), "permanent 404 in 25 ms");
});
