import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { maskJson, maskTextHoldingJson } from "./mask-json.ts";
import { revenueFieldsOf, revenueNames } from "./revenue-names.ts";

const isRevenue = revenueNames([]);
const masked = (text: string): string => maskJson(text, isRevenue);

test("golden, three levels: without revenue only revenue members become N/A", () => {
  const value = '{"af_revenue": 50.87, "af_currency": "USD", "af_level":2,"af_receipt_id":57601333}';
  assert.equal(masked(value), '{"af_revenue": "N/A", "af_currency": "N/A", "af_level":2,"af_receipt_id":57601333}');
});

test("names are compared as decoded, doubled members all, nested ones too, whole values away", () => {
  assert.equal(masked('{"af_\\u0072evenue":1,"af_revenue":2}'), '{"af_\\u0072evenue":"N/A","af_revenue":"N/A"}');
  assert.equal(
    masked('[{"a":{"revenue":{"sum":5,"x":[1]}}},{"value":[1,{"b":2}]}]'),
    '[{"a":{"revenue":"N/A"}},{"value":"N/A"}]',
  );
  assert.equal(
    masked('{"Revenue":1,"EVENT_REVENUE_EUR":2,"eventRevenueUSD":3}'),
    '{"Revenue":"N/A","EVENT_REVENUE_EUR":"N/A","eventRevenueUSD":"N/A"}',
  );
});

test("revenue inside a string that holds JSON is masked there", () => {
  const held = JSON.stringify({ list: JSON.stringify({ af_revenue: 5, keep: 1.5 }), note: "{no json af_revenue:5}" });
  assert.equal(
    masked(held),
    JSON.stringify({ list: '{"af_revenue":"N/A","keep":1.5}', note: "{no json af_revenue:5}" }),
  );
  assert.equal(masked('{"x":"\\u007b\\"revenue\\":1}"}'), '{"x":"{\\"revenue\\":\\"N/A\\"}"}');
  assert.equal(masked('{"x":"\\n [{\\"revenue\\":1}]"}'), '{"x":"\\n [{\\"revenue\\":\\"N/A\\"}]"}');
});

test("a value that is spelled like a revenue member is a value", () => {
  const value = '{"kind":"revenue","list":["af_revenue","x"]}';
  assert.equal(masked(value), value);
});

test("an app adds names of its own, without regard to case", () => {
  const own = revenueNames(["Profit"]);
  assert.equal(maskJson('{"profit":1,"af_price":2,"loss":3}', own), '{"profit":"N/A","af_price":"N/A","loss":3}');
  assert.ok(revenueFieldsOf(own).has("event_revenue_usd"));
  assert.ok(revenueFieldsOf(revenueNames(["af_sub1"])).has("af_sub1"));
  assert.ok(!revenueFieldsOf(isRevenue).has("af_sub1"));
});

test("plain text is masked only where it holds JSON with revenue", () => {
  assert.equal(maskTextHoldingJson("revenue=5", isRevenue), null);
  assert.equal(maskTextHoldingJson("{revenue:5}", isRevenue), null);
  assert.equal(maskTextHoldingJson('{"a":5}', isRevenue), null);
  assert.equal(maskTextHoldingJson(' {"revenue":5}', isRevenue), ' {"revenue":"N/A"}');
});

const names = fc.constantFrom("af_revenue", "revenue", "Currency", "level", "a", 'q"', "b\\", "event_revenue_usd");
const anyValue = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    fc.constantFrom("text", '{"x":1}', "[", 'quo"te', "back\\", "revenue", ""),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(names, tie("value"), { maxKeys: 4 }),
  ),
})).value;

/** The mask on a parsed value: the plain reading of the rule. */
const maskValue = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(maskValue);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, isRevenue(name) ? "N/A" : maskValue(member)]),
  );
};

test("masking the text is masking the value, and nothing else changes", () => {
  fc.assert(
    fc.property(anyValue, fc.constantFrom(undefined, 1, "\t"), (value, indent) => {
      const text = JSON.stringify(value, null, indent);
      assert.equal(masked(text), JSON.stringify(maskValue(value), null, indent));
    }),
    { numRuns: 300 },
  );
});

test("text without revenue comes back byte for byte, however it is written", () => {
  const text = '{ "a" : 120.00 ,"b":1e2,"a":12345678901234567890, "c":"\\u0041\\/", "d":[ ] }';
  assert.equal(masked(text), text);
  assert.equal(masked("5"), "5");
});
