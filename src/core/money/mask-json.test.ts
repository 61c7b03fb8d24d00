import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { maskJson, maskText } from "./mask-json.ts";
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
  const held = JSON.stringify({ list: JSON.stringify({ af_revenue: 5, keep: 1.5 }), note: "{no json level:5}" });
  assert.equal(masked(held), JSON.stringify({ list: '{"af_revenue":"N/A","keep":1.5}', note: "{no json level:5}" }));
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

const encodedTimes = (text: string, times: number): string =>
  Array.from({ length: times }).reduce<string>((encoded) => encodeURIComponent(encoded), text);

test("text is masked wherever a name of revenue has a value, and nothing else of it changes", () => {
  const cases: readonly (readonly [string, string])[] = [
    ["", ""],
    ["revenue", "revenue"],
    ["a=5&level:2", "a=5&level:2"],
    ['{"a":5}', '{"a":5}'],
    ["revenue=5", "revenue=N/A"],
    ["revenue=N/A&a=1", "revenue=N/A&a=1"],
    [' {"revenue":5}', ' {"revenue":"N/A"}'],
    ['\ufeff{"af_revenue":5,"a":1}', '\ufeff{"af_revenue":"N/A","a":1}'],
    ['data:{"af_revenue":50.87,"a":1}', 'data:{"af_revenue":"N/A","a":1}'],
    ["{revenue:5}", "{revenue:N/A}"],
    ["af_revenue=1&x=1", "af_revenue=N/A&x=1"],
    [
      "cats://shop?af_revenue=50.87&level=5&currency=USD#price:9",
      "cats://shop?af_revenue=N/A&level=5&currency=N/A#price:N/A",
    ],
    ["https://x.example/revenue=1,234.50/a", "https://x.example/revenue=N/A"],
    ["order[revenue]=5;order.price=6", "order[revenue]=N/A;order.price=N/A"],
    [String.raw`x \"af_revenue\":\"50.87\",\"a\":1`, String.raw`x \"af_revenue\":\"N/A\",\"a\":1`],
    [String.raw`x "revenue": "5\"0", y`, 'x "revenue": "N/A", y'],
    ['x "revenue":"50', 'x "revenue":"N/A'],
    ['log {"revenue":{"sum":[5]},"a":1}', 'log {"revenue":"N/A","a":1}'],
    ["a=1&d=%7B%22af_revenue%22%3A50%7D&b=2", "a=1&d=%7B%22af_revenue%22%3A%22N%2FA%22%7D&b=2"],
    ["u=https%3A%2F%2Fx%2F%3Frevenue%3D5%26a%3D1", "u=https%3A%2F%2Fx%2F%3Frevenue%3DN%2FA%26a%3D1"],
    ["af%5Frevenue=5&a=1", "af%5Frevenue=N/A&a=1"],
    ["100%&revenue%3d5%ff", "100%&revenue%3DN%2FA"],
    [String.raw`x af_\u0072evenue=5`, "N/A"],
    [`x=${encodedTimes('{"revenue":5}', 6)}`, `x=${encodedTimes("N/A", 4)}`],
  ];
  for (const [text, expected] of cases) assert.equal(maskText(text, isRevenue), expected, text);
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
