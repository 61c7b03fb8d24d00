import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type RuleOperator, ruleOperators } from "#src/core/catalog/postback-rule.ts";
import { isOrderOperator, operatorTest } from "./rule-operator.ts";

const holds = (operator: RuleOperator, value: string | null, ...values: readonly string[]): boolean =>
  operatorTest(operator, values)(value);

test("any of the values suffices, and for ne and nc none may hold", () => {
  assert.ok(holds("eq", "b", "a", "b"));
  assert.ok(!holds("eq", "c", "a", "b"));
  assert.ok(holds("ne", "c", "a", "b"));
  assert.ok(!holds("ne", "b", "a", "b"));
  assert.ok(holds("co", "iPhone 6 Plus", "pad", "phone"));
  assert.ok(!holds("nc", "iPhone 6 Plus", "pad", "phone"));
  assert.ok(holds("nc", "Pixel", "pad", "phone"));
  assert.ok(holds("lt", "5", "3", "7"));
});

test("text is compared without regard to case", () => {
  assert.ok(holds("eq", "IPHONE 6 plus", "iPhone 6 Plus"));
  assert.ok(!holds("ne", "IPHONE", "iphone"));
  assert.ok(holds("sw", "iPhone 6", "IPHONE"));
  assert.ok(holds("ew", "iPhone 6 PLUS", "plus"));
  assert.ok(!holds("sw", "iPhone 6", "6"));
  assert.ok(!holds("ew", "iPhone 6", "iphone"));
});

test("numbers are compared as numbers, and what is none is neither less nor more", () => {
  assert.ok(holds("eq", "5", "5.0"));
  assert.ok(holds("eq", "05", "5"));
  assert.ok(!holds("ne", "1e2", "100"));
  assert.ok(holds("lt", "9", "10"));
  assert.ok(holds("le", "10", "10.0"));
  assert.ok(holds("gt", "-1", "-2"));
  assert.ok(holds("ge", "132", "132"));
  for (const operator of ruleOperators.filter(isOrderOperator)) {
    assert.ok(!holds(operator, "many", "10"), operator);
    assert.ok(!holds(operator, "", "10"), operator);
  }
});

test("ids of more digits than a number holds are compared as text", () => {
  assert.ok(!holds("eq", "12345678901234567890", "12345678901234567891"));
  assert.ok(holds("eq", "12345678901234567890", "12345678901234567890"));
});

test("starts and ends are of a number's text", () => {
  assert.ok(holds("sw", "132", "13"));
  assert.ok(holds("ew", "132", "32"));
});

test("a missing property satisfies nx and nothing else", () => {
  fc.assert(
    fc.property(fc.constantFrom(...ruleOperators), fc.array(fc.string()), (operator, values) => {
      assert.equal(operatorTest(operator, values)(null), operator === "nx");
    }),
  );
  assert.ok(holds("ex", ""));
  assert.ok(!holds("nx", ""));
});

test("a value is never both equal and not equal, less and at least", () => {
  const pairs = [
    ["eq", "ne"],
    ["co", "nc"],
    ["ex", "nx"],
  ] as const;
  fc.assert(
    fc.property(fc.string(), fc.array(fc.string(), { minLength: 1 }), (value, values) => {
      for (const [one, other] of pairs) {
        assert.notEqual(operatorTest(one, values)(value), operatorTest(other, values)(value));
      }
    }),
  );
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer(), (value, wanted) => {
      const text = String(value);
      assert.notEqual(holds("lt", text, String(wanted)), holds("ge", text, String(wanted)));
      assert.notEqual(holds("gt", text, String(wanted)), holds("le", text, String(wanted)));
    }),
  );
});
