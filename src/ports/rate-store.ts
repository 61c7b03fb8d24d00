import type { ExchangeRate } from "#src/core/money/exchange-rates.ts";
import type { Act } from "./audit-trail.ts";

/** Exchange rates that somebody has imported. Few, and read whole. */
export type RateStore = {
  /** From this day on, in the order of currency and day. */
  readonly all: (sinceDay: number) => Promise<readonly ExchangeRate[]>;
  /** All of them or none; one that is there for its currency and day is replaced. */
  readonly put: (rates: readonly ExchangeRate[], acts?: readonly Act[]) => Promise<void>;
  readonly removeBefore: (day: number) => Promise<void>;
};
