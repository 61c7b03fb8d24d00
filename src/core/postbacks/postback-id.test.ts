import assert from "node:assert/strict";
import { test } from "node:test";
import { eventId } from "#src/core/ids.ts";
import { eventIdOfPostback, postbackIdOf } from "./postback-id.ts";

const event = eventId("019bbc5e-0000-7000-8000-00000000000a");

test("a postback's id tells its event, for originals and redeliveries", () => {
  const original = postbackIdOf(event, "0123456789ab", 0);
  const again = postbackIdOf(event, "0123456789ab", 12);
  assert.equal(original, `${event}-0123456789ab`);
  assert.equal(again, `${event}-0123456789ab-12`);
  assert.equal(eventIdOfPostback(original), event);
  assert.equal(eventIdOfPostback(again), event);
});

test("a text that is no id of a postback tells no event", () => {
  for (const text of ["", "x", event, `${event}-0123456789ab-0`, `${event}-0123456789AB`, `${event}-0123456789ab-1 `]) {
    assert.equal(eventIdOfPostback(text), null, text);
  }
});
