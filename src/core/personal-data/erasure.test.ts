import assert from "node:assert/strict";
import { test } from "node:test";
import { parseEvent } from "#src/core/events/parse-event.ts";
import { anAttempt } from "#test/support/a-recorded-event.ts";
import { anEvent } from "#test/support/an-event.ts";
import { erasedAttempt, erasedRequest, erasedSource, isErased, sentMarkProblem } from "./erasure.ts";

const person = anEvent({
  clientEventId: "order-7",
  isTest: true,
  fields: {
    advertising_id: "ad-1",
    ip: "198.51.100.7",
    media_source: "examplenetwork_int",
    platform: "ios",
    campaign: "c",
  },
  value: { email: "bob@example.com", af_revenue: 5 },
  context: { "user.name": "bob" },
  extra: { nickname: "bobby" },
  senderIp: "198.51.100.7",
});

const reparse = (source: string) => {
  const parsed = parseEvent({
    source,
    id: person.id,
    receivedAt: person.receivedAt,
    senderIp: null,
    defaultAppId: null,
  });
  assert.ok(parsed.kind === "event");
  return parsed.event;
};

test("an erased event keeps what happened, where and when, and nothing about the person", () => {
  const left = reparse(erasedSource(person));
  assert.deepEqual(
    [left.appId, left.type, left.name, left.time, left.clientEventId, left.isTest],
    [person.appId, person.type, person.name, person.time, person.clientEventId, true],
  );
  assert.deepEqual(left.fields, { media_source: "examplenetwork_int", platform: "ios" });
  assert.deepEqual([left.valueText, left.context, left.senderIp], [null, null, null]);
  for (const said of ["ad-1", "198.51.100.7", "bob", "bobby"]) assert.ok(!left.source.includes(said), said);
});

test("an erased event is known as one, and erasing it again changes nothing", () => {
  const left = reparse(erasedSource(person));
  assert.equal(isErased(person), false);
  assert.equal(isErased(left), true);
  assert.equal(erasedSource(left), left.source);
  const bare = reparse(erasedSource(anEvent()));
  assert.deepEqual([bare.clientEventId, bare.fields, bare.isTest], [null, {}, false]);
});

test("the mark of an erased event is not the sender's to set, whatever its value", () => {
  assert.equal(sentMarkProblem(person), null);
  for (const mark of [true, false, null]) {
    const problem = sentMarkProblem(anEvent({ extra: { carom_erased: mark } }));
    assert.deepEqual([problem?.code, problem?.path], ["event.member_reserved", ["carom_erased"]]);
  }
});

test("an erased request shows the host alone", () => {
  assert.deepEqual(
    erasedRequest({ method: "POST", url: "https://p.example:8443/u/bob?id=1#x", headers: ["x", "bob"], body: "bob" }),
    { method: "POST", url: "https://p.example:8443/erased", headers: [], body: null },
  );
  assert.equal(erasedRequest({ method: "GET", url: "", headers: [], body: null }).url, "/erased");
});

test("an erased attempt keeps its outcome and times, and not what was answered", () => {
  const heard = erasedAttempt(anAttempt(1, { status: 500 }));
  assert.deepEqual(heard.exchange.answer, {
    kind: "response",
    status: 500,
    headers: [],
    body: "",
    bodyTruncated: false,
    retryAfterS: null,
  });
  assert.equal(heard.exchange.durationMs, 42.5);
  assert.equal(heard.unmet?.actual, "the status was 500");
  const said = { test: "body", expected: 'must be "ok"', actual: 'the body was "bob is unknown"' } as const;
  assert.deepEqual(erasedAttempt(anAttempt(1, { unmet: said })).unmet, { ...said, actual: "erased" });
  const fault = erasedAttempt(anAttempt(1, { fault: "headers_timeout" }));
  assert.deepEqual(fault.exchange.answer, { kind: "fault", fault: "headers_timeout", message: "erased" });
});
