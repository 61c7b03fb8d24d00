import assert from "node:assert/strict";
import { test } from "node:test";
import { anEvent, noon } from "#test/support/an-event.ts";
import { searchKeysOf } from "./search-keys.ts";

test("an event is found by the ids it came with and those its install record added, each once", () => {
  const event = anEvent({
    clientEventId: "c-1",
    fields: { install_id: "i", idfa: "f", device_id: "f", clickid: "k", transaction_id: "t" },
    value: { af_order_id: 12, af_receipt_id: "t", transaction_id: null },
    enrichment: {
      version: 1,
      conversionAt: noon,
      conversionKind: "install",
      fields: { customer_user_id: "u" },
      lifecycle: {},
    },
  });
  assert.deepEqual(searchKeysOf(event), [
    { kind: "event_id", value: "c-1" },
    { kind: "install_id", value: "i" },
    { kind: "user_id", value: "u" },
    { kind: "user_id", value: "f" },
    { kind: "click_id", value: "k" },
    { kind: "transaction_id", value: "t" },
    { kind: "transaction_id", value: "12" },
  ]);
});

test("an event without ids has no keys", () => {
  assert.deepEqual(searchKeysOf(anEvent()), []);
  assert.deepEqual(searchKeysOf(anEvent({ value: { deep: { af_order_id: "x" } } })), []);
});
