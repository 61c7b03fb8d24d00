import { dayOfInstant, type ExchangeRate, noRates, type Rates, ratesTable } from "#src/core/money/exchange-rates.ts";
import type { Act } from "#src/ports/audit-trail.ts";
import type { Clock } from "#src/ports/clock.ts";
import type { RateStore } from "#src/ports/rate-store.ts";

/** Events are kept for a month and install records for a little more than a year: older rates convert nothing. */
export const ratesKeptDays = 800;

export type RatesImported = {
  readonly kept: number;
  /** Of days before those that are kept. */
  readonly tooOld: number;
};

/** The rates in force. They are read whole at the start, and anew after an import. */
export class LiveRates implements Rates {
  readonly #store: RateStore;
  readonly #clock: Pick<Clock, "now">;
  #rates: readonly ExchangeRate[] = [];
  #table: Rates = noRates;

  constructor(given: { readonly store: RateStore; readonly clock: Pick<Clock, "now"> }) {
    this.#store = given.store;
    this.#clock = given.clock;
  }

  readonly perEuro = (currency: string, day: number): string | null => this.#table.perEuro(currency, day);

  async load(): Promise<void> {
    this.#rates = await this.#store.all(this.#firstDay());
    this.#table = ratesTable(this.#rates);
  }

  async import(
    rates: readonly ExchangeRate[],
    tell: (imported: RatesImported) => readonly Act[] = () => [],
  ): Promise<RatesImported> {
    const firstDay = this.#firstDay();
    const recent = rates.filter(({ day }) => day >= firstDay);
    const imported = { kept: recent.length, tooOld: rates.length - recent.length };
    await this.#store.put(recent, tell(imported));
    await this.#store.removeBefore(firstDay);
    await this.load();
    return imported;
  }

  /** The newest rate of each currency, and how many days of it there are. */
  newest(): readonly (ExchangeRate & { readonly days: number })[] {
    return [...Map.groupBy(this.#rates, ({ currency }) => currency).values()].flatMap((rates) => {
      const last = rates.at(-1);
      return last === undefined ? [] : [{ ...last, days: rates.length }];
    });
  }

  #firstDay(): number {
    return dayOfInstant(this.#clock.now()) - ratesKeptDays;
  }
}
