import type { ExchangeInFlight } from "./exchange.ts";
import { monotonicMs } from "./monotonic-time.ts";

/**
 * Ends every exchange at its deadline, at most `lookEveryMs` late. One clock for all: a timer for
 * each exchange would cost more than looking at those in flight now and then.
 */
export type DeadlineWatch = {
  readonly watch: (exchange: ExchangeInFlight) => void;
  readonly forget: (exchange: ExchangeInFlight) => void;
};

export const deadlineWatch = (): DeadlineWatch => {
  let newest: ExchangeInFlight | null = null;
  let timer: NodeJS.Timeout | null = null;

  const look = (): void => {
    const now = monotonicMs();
    for (let exchange = newest; exchange !== null; exchange = exchange.older) exchange.check(now);
    if (newest !== null || timer === null) return;
    clearInterval(timer);
    timer = null;
  };

  return {
    watch: (exchange) => {
      exchange.older = newest;
      if (newest !== null) newest.newer = exchange;
      newest = exchange;
      timer ??= setInterval(look, lookEveryMs);
    },
    forget: (exchange) => {
      // What has been forgotten keeps its `older`: `look` may stand on it.
      if (exchange.newer !== null) exchange.newer.older = exchange.older;
      if (exchange.older !== null) exchange.older.newer = exchange.newer;
      if (newest === exchange) newest = exchange.older;
    },
  };
};

const lookEveryMs = 50;
