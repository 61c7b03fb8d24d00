import type { Rates } from "#src/core/money/exchange-rates.ts";
import type { Hashes } from "#src/core/templates/hashes.ts";

/** What a compilation is given beside the catalog: what its decisions ask that is neither pure text nor in it. */
export type Means = {
  readonly hashes: Hashes;
  /** Left out, money is in its own currency alone. They change with the days; the table that answers stays the same. */
  readonly rates?: Rates;
};
