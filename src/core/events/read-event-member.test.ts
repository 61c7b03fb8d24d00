import assert from "node:assert/strict";
import { test } from "node:test";
import { eventId } from "#src/core/ids.ts";
import { parseEvent } from "./parse-event.ts";

const withValue = (value: string) =>
  parseEvent({
    source: JSON.stringify({ app_id: "com.example.game", event_name: "purchase", event_value: value }),
    id: eventId("019bbc5e-0000-7000-8000-000000000001"),
    receivedAt: 0,
    senderIp: null,
    defaultAppId: null,
  });

test("an event_value that is text holding a list is refused, though a list of one looks like a macro left unfilled", () => {
  for (const value of ["[1]", "[true]", "[0.5]", "[]", "[1,2]", '["a"]']) {
    const parsed = withValue(value);
    assert.ok(parsed.kind === "refused", value);
    assert.deepEqual(
      parsed.problems.map(({ code }) => code),
      ["event.value_invalid"],
    );
  }
});

test("an event_value that a sender's own system left as its macro is none", () => {
  for (const value of ["[event_value]", "{event_value}", "{{value}}", "%value%"]) {
    const parsed = withValue(value);
    assert.ok(parsed.kind === "event", value);
    assert.equal(parsed.event.valueText, null);
  }
});

const parse = (source: string) =>
  parseEvent({ source, id: eventId("e"), receivedAt: 0, senderIp: null, defaultAppId: null });

test("half of a surrogate pair in the name or the app of an event is U+FFFD, as it is sent", () => {
  const parsed = parse('{"event_name":"level \\ud83d","app_id":"game\\udc00","event_id":"\\ud83d\\ude00"}');
  assert.ok(parsed.kind === "event");
  const { name, appId, clientEventId } = parsed.event;
  assert.deepEqual([name, appId, clientEventId], ["level \ufffd", "game\ufffd", "😀"]);
});

test("half of a surrogate pair in an event's id is refused: two events would have the same", () => {
  const parsed = parse('{"event_name":"p","app_id":"game","event_id":"a\\ud83d"}');
  assert.ok(parsed.kind === "refused");
  assert.deepEqual(
    parsed.problems.map(({ code, path }) => [code, path]),
    [["event.field_type", ["event_id"]]],
  );
});
