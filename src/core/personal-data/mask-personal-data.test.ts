import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { nodeHashes } from "#src/adapters/system/node-hashes.ts";
import { eventFields, isEventField, isPersonalField } from "#src/core/events/event-fields.ts";
import { anEvent } from "#test/support/an-event.ts";
import { maskerOf, sourceMaskerOf } from "./mask-personal-data.ts";

const advertisingId = "38400000-8cf0-11bd-b23e-10b96e40000d";
const event = anEvent({
  fields: { advertising_id: advertisingId, customer_user_id: "Jane Doe", ip: "38.166.144.142", media_source: "net" },
});
const shown = (value: unknown): unknown => JSON.parse(maskerOf(event)(JSON.stringify(value)));

test("members that the registry calls personal are masked, whatever they hold", () => {
  assert.deepEqual(shown({ fields: { advertising_id: "x", imei: 12, media_source: "net", idfa: null } }), {
    fields: { advertising_id: "***", imei: "***", media_source: "net", idfa: null },
  });
  assert.deepEqual(shown({ sender_ip: "1.2.3.4", appsflyer_id: "1-2" }), { sender_ip: "***", appsflyer_id: "***" });
});

test("what a template made of personal values is masked in every spelling, and in every hash", () => {
  const { md5, sha1, sha256 } = nodeHashes;
  for (const spelling of [
    advertisingId,
    advertisingId.toUpperCase(),
    "Jane%20Doe",
    "jane doe",
    "38.166.144.142",
    md5("jane doe"),
    sha1("jane doe"),
    sha256("jane doe"),
    sha256("jane doe").toUpperCase(),
    "amFuZSBkb2VAZXhhbXBsZS5jb20x",
    "jane.doe@example.com",
    "jane.doe%40example.com",
    "2001:db8:85a3:8d3:1319:8a2e:370:7348",
    "490154203237518",
  ]) {
    const url = `https://net.example/e?id=${spelling}&event=purchase&revenue=12.50`;
    assert.deepEqual(shown({ url }), { url: "https://net.example/e?id=***&event=purchase&revenue=12.50" }, spelling);
  }
});

test("ids of Carom, names and figures stay as they are", () => {
  const answer = {
    id: event.id,
    postback_ids: [`${event.id}-0123456789ab`],
    receiver_id: "integration:app:net",
    state: "dead",
    attempts: 3,
    due_at: "2026-01-14T12:00:00.000Z",
    reason: null,
    url: "https://net.example/e?at=1768392000&v=1.2",
  };
  assert.deepEqual(shown(answer), answer);
  assert.deepEqual(JSON.parse(maskerOf(null)(JSON.stringify(answer))), answer);
});

test("a source keeps its text but for what is personal, wherever it stands", () => {
  const source = `{"app_id":"a","event_name":"purchase","customer_user_id":12345678,"event_value":{"af_revenue":120.00,"email":"jane@example.com"},"context":{"user.name":"Jane Doe"}}`;
  assert.equal(
    sourceMaskerOf(event)(source),
    `{"app_id":"a","event_name":"purchase","customer_user_id":"***","event_value":{"af_revenue":120.00,"email":"***"},"context":{"user.name":"***"}}`,
  );
});

test("no personal field of the registry gets through, whatever its text", () => {
  const personal = Object.keys(eventFields).filter((field) => isEventField(field) && isPersonalField(field));
  assert.ok(personal.length > 15);
  fc.assert(
    fc.property(
      fc.constantFrom(...personal),
      fc.string({ unit: "grapheme", minLength: 4, maxLength: 30 }),
      (field, value) => {
        const one = anEvent({ fields: { [field]: value } });
        const masked = JSON.parse(
          maskerOf(one)(
            JSON.stringify({ [field]: value, url: `x=${encodeURIComponent(value.toWellFormed())}`, body: value }),
          ),
        );
        assert.equal(masked[field], "***");
        assert.ok(value.includes("*") || !masked.body.includes(value), masked.body);
      },
    ),
  );
});
