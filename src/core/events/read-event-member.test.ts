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
