import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { convertMoney } from "./convert-money.ts";
import { dayOfInstant, noRates, ratesTable } from "./exchange-rates.ts";

const monday = dayOfInstant(Date.UTC(2026, 0, 12));
const rates = ratesTable([
  { day: monday + 1, currency: "USD", rate: "1.1700" },
  { day: monday, currency: "USD", rate: "1.1626" },
  { day: monday, currency: "JPY", rate: "183.50" },
  { day: monday, currency: "BAD", rate: "0" },
]);
const inUsd = (amount: string, currency: string, day = monday): string | null =>
  convertMoney({ amount, currency, day }, "USD", rates);

test("an amount goes over the euro at the rates of its day, to six decimals", () => {
  assert.equal(inUsd("50.87", "EUR"), "59.141462");
  assert.equal(inUsd("1000", "JPY"), "6.335695");
  assert.equal(convertMoney({ amount: "10.00", currency: "USD", day: monday }, "EUR", rates), "8.601411");
  assert.equal(inUsd("100", "eur"), "116.26");
  assert.equal(inUsd("-0.0012", "EUR"), "-0.001395");
  assert.equal(inUsd("0", "EUR"), "0.00");
});

test("in its own currency an amount stays as it was written", () => {
  assert.equal(inUsd("120.00", "USD"), "120.00");
  assert.equal(inUsd("1e2", "usd"), "1e2");
});

test("a day without a rate takes the last before, a week back at most", () => {
  assert.equal(inUsd("1", "EUR", monday + 1), "1.17");
  assert.equal(inUsd("1", "EUR", monday + 8), "1.17");
  assert.equal(inUsd("1", "EUR", monday + 9), null);
  assert.equal(inUsd("1", "EUR", monday - 1), null);
});

test("without a rate, or without an amount, there is no value", () => {
  assert.equal(inUsd("1", "XXX"), null);
  assert.equal(inUsd("1", "BAD"), null);
  assert.equal(inUsd("N/A", "EUR"), null);
  assert.equal(inUsd("", "EUR"), null);
  assert.equal(inUsd(`1${"0".repeat(50)}`, "EUR"), null);
  assert.equal(convertMoney({ amount: "1", currency: "EUR", day: monday }, "USD", noRates), null);
  assert.equal(convertMoney({ amount: "1", currency: "USD", day: monday }, "EUR", noRates), null);
});

test("powers of ten, a bare point and a sign are amounts", () => {
  assert.equal(inUsd("1e2", "EUR"), "116.26");
  assert.equal(inUsd(".5", "EUR"), "0.5813");
  assert.equal(inUsd("+5.", "EUR"), "5.813");
});

test("halves are rounded away from zero, and no digit of a large amount is lost", () => {
  const half = ratesTable([{ day: monday, currency: "AAA", rate: "2" }]);
  const halved = (amount: string) => convertMoney({ amount, currency: "AAA", day: monday }, "EUR", half);
  assert.equal(halved("0.000001"), "0.000001");
  assert.equal(halved("-0.000001"), "-0.000001");
  assert.equal(halved("0.000003"), "0.000002");
  assert.equal(inUsd("12345678901234567890.12", "EUR"), "14353086290575308629.053512");
});

test("there and back again is the amount, to the rounding", () => {
  fc.assert(
    fc.property(fc.integer({ min: -1_000_000_000, max: 1_000_000_000 }), (cents) => {
      const amount = (cents / 100).toFixed(2);
      const there = inUsd(amount, "EUR") ?? "";
      const back = convertMoney({ amount: there, currency: "USD", day: monday }, "EUR", rates);
      assert.ok(Math.abs(Number(back) - Number(amount)) <= 0.000_002, `${amount} → ${there} → ${back}`);
    }),
  );
});

test("of two rates for one day the later in the list holds", () => {
  const twice = ratesTable([
    { day: monday, currency: "USD", rate: "1" },
    { day: monday, currency: "USD", rate: "2" },
  ]);
  assert.equal(twice.perEuro("USD", monday), "2");
});
