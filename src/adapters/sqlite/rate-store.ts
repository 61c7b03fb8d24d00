import type { ExchangeRate } from "#src/core/money/exchange-rates.ts";
import type { RateStore } from "#src/ports/rate-store.ts";
import type { Ask } from "./config-stores.ts";
import type { FlatReader } from "./flat.ts";

export const rateStore = ({ rows, change }: Ask): RateStore => ({
  all: (sinceDay) => rows("rates", [sinceDay], readRate),
  put: async (rates) => {
    await change("putRates", JSON.stringify(rates.map(({ day, currency, rate }) => [day, currency, rate])));
  },
  removeBefore: async (day) => {
    await change("removeRates", day);
  },
});

const readRate = (row: FlatReader): ExchangeRate => ({ day: row.number(), currency: row.text(), rate: row.text() });
