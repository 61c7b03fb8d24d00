/** What one euro cost, in units of a currency, on one day: the form of the European Central Bank's table. */
export type ExchangeRate = {
  /** Days since 1970-01-01, UTC. */
  readonly day: number;
  /** ISO 4217, upper case. */
  readonly currency: string;
  /** A decimal as it was published; text, so that no digit is lost. */
  readonly rate: string;
};

/** Rates as decisions see them: handed in, since they come with the days and are no part of a catalog. */
export type Rates = {
  /** Units of the currency for one euro on this day, or on the last one before it that has a rate, a week back at most; else null. */
  readonly perEuro: (currency: string, day: number) => string | null;
};

export const noRates: Rates = { perEuro: (currency) => (currency === euro ? "1" : null) };

/** Banks publish no rates on weekends and holidays. Older ones than this are not taken for today's. */
const rateAgeDaysMax = 7;
const euro = "EUR";
const dayMs = 86_400_000;

export const dayOfInstant = (at: number): number => Math.floor(at / dayMs);

type Series = { readonly days: readonly number[]; readonly rates: readonly string[] };

/** Makes a table of rates in any order. Of two for one currency and day the later in the list holds. */
export function ratesTable(rates: readonly ExchangeRate[]): Rates {
  const byCurrency = Map.groupBy(rates, ({ currency }) => currency);
  const series = new Map([...byCurrency].map(([currency, of]) => [currency, seriesOf(of)]));
  return {
    perEuro: (currency, day) => {
      if (currency === euro) return "1";
      const known = series.get(currency);
      return known === undefined ? null : rateIn(known, day);
    },
  };
}

function seriesOf(rates: readonly ExchangeRate[]): Series {
  const byDay = new Map(rates.map(({ day, rate }) => [day, rate]));
  const days = [...byDay.keys()].toSorted((left, right) => left - right);
  return { days, rates: days.map((day) => byDay.get(day) ?? "") };
}

/** The last that is not later than the day. */
function rateIn({ days, rates }: Series, day: number): string | null {
  let low = 0;
  let high = days.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((days[middle] ?? 0) <= day) low = middle + 1;
    else high = middle;
  }
  const found = days[low - 1];
  return found === undefined || day - found > rateAgeDaysMax ? null : (rates[low - 1] ?? null);
}
