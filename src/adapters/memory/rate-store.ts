import type { ExchangeRate } from "#src/core/money/exchange-rates.ts";
import type { RateStore } from "#src/ports/rate-store.ts";
import type { Commit } from "./commit.ts";

export const rateStore = (commit: Commit): RateStore => ({
  all: (sinceDay) =>
    commit((tables) => [...tables.rates.values()].filter(({ day }) => day >= sinceDay).toSorted(byCurrencyAndDay)),
  put: (rates, acts = []) =>
    commit((tables) => {
      tables.acts.push(...acts);
      for (const rate of rates) tables.rates.set(`${rate.currency} ${rate.day}`, rate);
    }),
  removeBefore: (day) =>
    commit((tables) => {
      for (const [key, rate] of tables.rates) if (rate.day < day) tables.rates.delete(key);
    }),
});

const byCurrencyAndDay = (left: ExchangeRate, right: ExchangeRate): number => {
  if (left.currency !== right.currency) return left.currency < right.currency ? -1 : 1;
  return left.day - right.day;
};
