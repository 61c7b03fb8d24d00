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
  const inFlight = new Set<ExchangeInFlight>();
  let timer: NodeJS.Timeout | null = null;

  const look = (): void => {
    const now = monotonicMs();
    for (const exchange of inFlight) if (exchange.deadlineAt <= now) exchange.expire();
    if (inFlight.size > 0 || timer === null) return;
    clearInterval(timer);
    timer = null;
  };

  return {
    watch: (exchange) => {
      inFlight.add(exchange);
      timer ??= setInterval(look, lookEveryMs);
    },
    forget: (exchange) => {
      inFlight.delete(exchange);
    },
  };
};

const lookEveryMs = 50;
