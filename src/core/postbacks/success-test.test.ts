import assert from "node:assert/strict";
import { test } from "node:test";
import { type Exchange, networkFaults } from "./attempt.ts";
import type { JsonTestKind, SuccessTest, TextTestKind } from "./receiver.ts";
import { retryPolicies } from "./retry-policies.ts";
import { judgeExchange } from "./success-test.ts";

const heard = (answer: Exchange["answer"]): Exchange => ({
  startedAt: 0,
  durationMs: 12,
  phases: { lookupMs: null, connectMs: 1, firstByteMs: 9 },
  answer,
  remoteAddress: "192.0.2.1",
});
const answered = (status: number, body = ""): Exchange =>
  heard({ kind: "response", status, headers: [], body, bodyTruncated: false, retryAfterS: null });
const anyBody: SuccessTest = { statuses: [[200, 299]], body: { kind: "any" } };
const outcomeOf = (status: number, policy: keyof typeof retryPolicies = "carom") =>
  judgeExchange({ exchange: answered(status) }, anyBody, retryPolicies[policy]).outcome;

test("2xx is delivered, 3xx and 4xx are permanent, what may pass by itself is retryable", () => {
  for (const status of [200, 204, 299]) assert.equal(outcomeOf(status), "delivered");
  for (const status of [301, 302, 308, 400, 401, 403, 404, 410, 422]) assert.equal(outcomeOf(status), "permanent");
  for (const status of [408, 425, 429, 500, 503, 599]) assert.equal(outcomeOf(status), "retryable");
});

test("the seeds' policies retry on 5xx only, and none on nothing", () => {
  for (const policy of ["leanplum", "appsflyer"] as const) {
    assert.equal(outcomeOf(503, policy), "retryable");
    assert.equal(outcomeOf(429, policy), "permanent");
  }
  assert.equal(outcomeOf(503, "none"), "permanent");
});

const bodySays = (body: SuccessTest["body"], text: string) =>
  judgeExchange({ exchange: answered(200, text) }, { statuses: [[200, 200]], body }, retryPolicies.carom).outcome;

const says = (kind: TextTestKind, text: string, ignoresCase = false) => ({ kind, text, ignoresCase }) as const;
const saysAt = (kind: JsonTestKind, [pointer, value]: readonly [string, string], ignoresCase = false) =>
  ({ kind, pointer, value, ignoresCase }) as const;

test("a body that means no is permanent, though its status means yes", () => {
  const required = "Required parameters are not present";
  const rows: readonly (readonly [test: SuccessTest["body"], yes: readonly string[], no: readonly string[]])[] = [
    [says("contains", "success=true;"), ["success=true;"], ["success=false; err_msg=x", "SUCCESS=TRUE;", ""]],
    [says("contains", "success=true;", true), ["SUCCESS=True;"], ["success=false;"]],
    [says("not_contains", "not present"), ["OK", "", "NOT PRESENT"], [required]],
    [says("not_contains", "Not Present", true), ["OK", ""], [required, required.toUpperCase()]],
    [says("equals", "OK"), ["OK", " OK\r\n"], ["ok", "NOT OK", ""]],
    [says("equals", "OK\n", true), ["ok"], ["okay"]],
    [says("not_equals", "1:0"), ["1:1", "at 11:01:05", ""], ["1:0", "1:0\n"]],
    [says("not_equals", "No", true), ["none"], ["NO", " no "]],
  ];
  for (const [body, yes, no] of rows) {
    for (const text of yes) assert.equal(bodySays(body, text), "delivered", `${JSON.stringify(body)} ${text}`);
    for (const text of no) assert.equal(bodySays(body, text), "permanent", `${JSON.stringify(body)} ${text}`);
  }
});

test("a member of a JSON body is read as JSON is, however it is set out", () => {
  const blanks = '\r\n{ "status" :\t"error" }';
  const marked = '\uFEFF{"ret":0}';
  const rows: readonly (readonly [test: SuccessTest["body"], yes: readonly string[], no: readonly string[]])[] = [
    [saysAt("json", ["/ret", "0"]), ['{"ret":0}', '{"ret":"0"}', marked], ['{"ret":1}', "{}", "<html>", ""]],
    [saysAt("json", ["/status", "ok"], true), ['{"status":"OK"}'], ['{"status":"okay"}', '{"STATUS":"ok"}']],
    [saysAt("not_json", ["/status", "error"]), ['{"status":"ok"}', '{"status":"Error"}', "{}", "OK", ""], [blanks]],
    [saysAt("not_json", ["/status", "error"], true), ['{"is":"error"}'], [blanks.replace("error", "ERROR")]],
  ];
  for (const [body, yes, no] of rows) {
    for (const text of yes) assert.equal(bodySays(body, text), "delivered", `${JSON.stringify(body)} ${text}`);
    for (const text of no) assert.equal(bodySays(body, text), "permanent", `${JSON.stringify(body)} ${text}`);
  }
});

test("a body is tested as far as it was read, and one that was cut passes no test of the rest", () => {
  const judged = (body: SuccessTest["body"], tested: string | null, isCut: boolean) => {
    const exchange = answered(200, "{");
    const heardSo = tested === null ? { exchange } : { exchange, testedBody: { text: tested, isCut } };
    return judgeExchange(heardSo, { statuses: [[200, 200]], body }, retryPolicies.carom).outcome;
  };
  const long = JSON.stringify({ pad: "x".repeat(10_000), ret: 0 });
  assert.equal(judged(saysAt("json", ["/ret", "0"]), long, false), "delivered");
  assert.equal(judged(saysAt("json", ["/ret", "0"]), null, false), "permanent");
  const ofTheRest = [
    says("not_contains", "error"),
    says("equals", "fine"),
    says("not_equals", "error"),
    saysAt("not_json", ["/status", "error"]),
  ];
  for (const body of ofTheRest) {
    assert.equal(judged(body, "fine", false), "delivered");
    assert.equal(judged(body, "fine", true), "permanent", body.kind);
  }
  assert.equal(judged(says("contains", "fine"), "fine and", true), "delivered");
});

test("an answer that means no says what was expected of it, and what it said instead", () => {
  const long = "n".repeat(300);
  const rows: readonly (readonly [test: SuccessTest["body"], text: string, actual: string, expected: string])[] = [
    [
      saysAt("not_json", ["/result/status", "error"], true),
      '{"result":{"status":"ERROR"}}',
      '/result/status was "ERROR"',
      'must not be "error" (ignore_case)',
    ],
    [saysAt("json", ["/ret", "0"]), '{"ret":1}', '/ret was "1"', 'must be "0"'],
    [saysAt("json", ["/ret", "0"]), "<html>", 'nothing stood at /ret, the body was "<html>"', 'must be "0"'],
    [saysAt("json", ["", "ok"]), '"no"', 'the whole body was "no"', 'must be "ok"'],
    [says("contains", "yes"), " ", "the body was empty", 'must contain "yes"'],
    [says("contains", "yes"), long, `the body was "${"n".repeat(200)}"…`, 'must contain "yes"'],
    [says("not_contains", "no"), "oh no", 'the body contained "no"', 'must not contain "no"'],
    [says("equals", "OK"), "NO", 'the body was "NO"', 'must be "OK"'],
    [says("not_equals", "NO"), "NO", 'the body was "NO"', 'must not be "NO"'],
  ];
  for (const [body, text, actual, expected] of rows) {
    const { unmet } = judgeExchange({ exchange: answered(200, text) }, { ...anyBody, body }, retryPolicies.carom);
    assert.deepEqual(unmet, { test: "body", expected, actual });
  }
  const cut = { exchange: answered(200, "fine"), testedBody: { text: "fine", isCut: true } };
  for (const body of [says("contains", "yes"), says("equals", "fine"), saysAt("json", ["/a", "1"])]) {
    const { unmet } = judgeExchange(cut, { ...anyBody, body }, retryPolicies.carom);
    assert.equal(unmet?.actual, "the body was longer than what is tested, and its rest is not known", body.kind);
  }
});

test("a status outside the set says which are in it, and one that is heard has nothing unmet", () => {
  const statuses: SuccessTest["statuses"] = [
    [200, 204],
    [302, 302],
  ];
  const unmetOf = (status: number) =>
    judgeExchange({ exchange: answered(status) }, { ...anyBody, statuses }, retryPolicies.carom).unmet;
  assert.deepEqual(unmetOf(301), {
    test: "statuses",
    expected: "must be 200-204 or 302",
    actual: "the status was 301",
  });
  assert.equal(unmetOf(503)?.actual, "the status was 503");
  assert.equal(unmetOf(302), null);
});

test("a status outside the set is not saved by its body", () => {
  const test400 = judgeExchange(
    { exchange: answered(400, "ok") },
    { statuses: [[200, 200]], body: says("contains", "ok") },
    retryPolicies.carom,
  );
  assert.equal(test400.outcome, "permanent");
});

test("each fault is ours, the network's, the template's or of time, and costs accordingly", () => {
  const judged = (policy: keyof typeof retryPolicies) =>
    Object.fromEntries(
      networkFaults.map((fault) => {
        const { outcome, ours, timedOut } = judgeExchange(
          { exchange: heard({ kind: "fault", fault, message: "" }) },
          anyBody,
          retryPolicies[policy],
        );
        return [fault, `${outcome}${ours ? " ours" : ""}${timedOut ? " timeout" : ""}`];
      }),
    );
  assert.deepEqual(judged("carom"), {
    name_not_found: "retryable",
    name_lookup_failed: "retryable ours",
    address_refused: "retryable",
    connect_refused: "retryable",
    connect_timeout: "retryable timeout",
    tls_failed: "retryable",
    reset: "retryable",
    headers_timeout: "retryable timeout",
    body_timeout: "retryable timeout",
    deadline: "retryable ours",
    bad_response: "retryable",
    secret_missing: "retryable ours",
    request_invalid: "permanent",
    no_socket: "retryable ours",
    sender_crashed: "retryable ours",
  });
  const leanplum = judged("leanplum");
  assert.equal(leanplum["connect_refused"], "permanent");
  assert.equal(leanplum["headers_timeout"], "retryable timeout");
  assert.equal(leanplum["deadline"], "retryable ours");
  assert.equal(leanplum["no_socket"], "retryable ours");
  assert.equal(judged("none")["headers_timeout"], "permanent timeout");
});
