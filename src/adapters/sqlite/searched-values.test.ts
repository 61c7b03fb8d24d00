import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parseEvent } from "#src/core/events/parse-event.ts";
import { searchKeysOf } from "#src/core/events/search-keys.ts";
import { eventId } from "#src/core/ids.ts";
import { searchedValues } from "./searched-values.ts";

const names = fc.constantFrom(
  "event_id",
  "install_id",
  "appsflyer_id",
  "customer_user_id",
  "idfa",
  "clickid",
  "transaction_id",
  "campaign",
  "my_own",
);
const texts = fc.constantFrom("u-1", "  spaced ", "None", "", "{ifa}", "é ✓", '"quoted"', "12");
const values = fc.oneof(
  texts.map((text) => JSON.stringify(text)),
  fc.constantFrom("12", "12345678901234567890", "1e3", "120.00", "null", "true"),
);
const members = fc.array(fc.tuple(names, values), { maxLength: 8 });
const eventValue = fc.option(fc.array(fc.tuple(fc.constantFrom("transaction_id", "af_order_id", "af_level"), values)));

const objectText = (pairs: readonly (readonly [string, string])[]): string =>
  `{${pairs.map(([name, value]) => `${JSON.stringify(name)}:${value}`).join(",")}}`;

test("no key of an event is missing among the values cut from its source", () => {
  fc.assert(
    fc.property(members, eventValue, fc.boolean(), (pairs, value, asText) => {
      const valueText = value === null ? null : objectText(value);
      const more: [string, string][] =
        valueText === null ? [] : [["event_value", asText ? JSON.stringify(valueText) : valueText]];
      const source = objectText([["app_id", '"com.example.game"'], ["event_type", '"session"'], ...pairs, ...more]);
      const id = eventId("019bbc5e-0000-7000-8000-000000000001");
      const parsed = parseEvent({ source, id, receivedAt: 0, senderIp: null, defaultAppId: null });
      if (parsed.kind === "refused") return;
      const found = searchedValues(source, null);
      if (found === null) return;
      for (const key of searchKeysOf(parsed.event)) assert.ok(found.includes(key.value), JSON.stringify(key));
    }),
    { numRuns: 2000 },
  );
});

test("ids that an install record added are among them", () => {
  const enrichment = {
    version: 1,
    conversionAt: 0,
    conversionKind: "install",
    fields: { idfa: "f-1", campaign: "spring" },
  };
  assert.deepEqual(searchedValues('{"app_id":"a","customer_user_id":"u-1"}', JSON.stringify(enrichment)), [
    "u-1",
    "f-1",
  ]);
});
