import assert from "node:assert/strict";
import type { ExchangeRate } from "#src/core/money/exchange-rates.ts";
import type { Guarantees } from "./guarantee.ts";

const rate = (currency: string, day: number, text: string): ExchangeRate => ({ day, currency, rate: text });

export const rateGuarantees: Guarantees = {
  "rates are there as they were put, by currency and day, from the day asked for": async ({ rates }) => {
    assert.deepEqual(await rates.all(0), []);
    await rates.put([rate("USD", 20_466, "1.1626"), rate("JPY", 20_466, "183.50"), rate("USD", 20_465, "1.1600")]);
    assert.deepEqual(await rates.all(0), [
      rate("JPY", 20_466, "183.50"),
      rate("USD", 20_465, "1.1600"),
      rate("USD", 20_466, "1.1626"),
    ]);
    assert.deepEqual(await rates.all(20_466), [rate("JPY", 20_466, "183.50"), rate("USD", 20_466, "1.1626")]);
  },

  "a rate that is put again replaces the first": async ({ rates }) => {
    await rates.put([rate("USD", 20_466, "1.1")]);
    await rates.put([rate("USD", 20_466, "1.2"), rate("GBP", 20_466, "0.8")]);
    assert.deepEqual(await rates.all(0), [rate("GBP", 20_466, "0.8"), rate("USD", 20_466, "1.2")]);
  },

  "rates of many years are put at once, and the old ones removed": async ({ rates }) => {
    const many = Array.from({ length: 20_000 }, (_rate, index) =>
      rate(`C${index % 40}`, Math.floor(index / 40), "1.5"),
    );
    await rates.put(many);
    assert.equal((await rates.all(0)).length, 20_000);
    await rates.removeBefore(499);
    assert.equal((await rates.all(0)).length, 40);
  },
};
