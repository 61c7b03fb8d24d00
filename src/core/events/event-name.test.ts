import assert from "node:assert/strict";
import { test } from "node:test";
import { eventId } from "#src/core/ids.ts";
import { parseEvent } from "./parse-event.ts";

test("a member that is nearly event_name or app_id is told where that is missing", () => {
  const told = (source: string) => {
    const parsed = parseEvent({ source, id: eventId("e"), receivedAt: 0, senderIp: null, defaultAppId: null });
    return parsed.kind === "refused" ? parsed.problems.map(({ message }) => message) : [];
  };
  assert.deepEqual(told('{"event_nam":"x","appId":"a"}'), [
    "app_id: name the app that the event comes from; did you mean app_id by appId?",
    "event_name: name the event as the app calls it; did you mean event_name by event_nam?",
  ]);
  assert.deepEqual(told('{"level":"x","app_id":"a"}'), ["event_name: name the event as the app calls it"]);
});

test("a number is a name, as it is the text of every plain field: it counts as it is written", () => {
  const source = '{"event_name":50,"app_id":"a"}';
  const parsed = parseEvent({ source, id: eventId("e"), receivedAt: 0, senderIp: null, defaultAppId: null });
  assert.equal(parsed.kind === "event" && parsed.event.name, "50");
});
