import type { ExchangeRate } from "#src/core/money/exchange-rates.ts";
import type { RateStore } from "#src/ports/rate-store.ts";
import { type Ask, type ConfigStep, withActs } from "./config-stores.ts";
import type { FlatReader } from "./flat.ts";

export const rateStore = ({ rows, change, changeTogether }: Ask): RateStore => ({
  all: (sinceDay) => rows("rates", [sinceDay], readRate),
  put: async (rates, acts) => {
    const put: ConfigStep = ["putRates", JSON.stringify(rates.map(({ day, currency, rate }) => [day, currency, rate]))];
    // The acts first: that nothing of what somebody sent was kept is told, too.
    const [told] = withActs(acts);
    await (told === undefined ? changeTogether(put, []) : changeTogether(told, [put]));
  },
  removeBefore: async (day) => {
    await change("removeRates", day);
  },
});

const readRate = (row: FlatReader): ExchangeRate => ({ day: row.number(), currency: row.text(), rate: row.text() });
