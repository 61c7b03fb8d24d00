import type { Clock } from "#src/ports/clock.ts";
import type { Caller } from "./caller.ts";
import type { HttpLimits } from "./http-dependencies.ts";
import { openRateLimit } from "./rate-limit.ts";
import { type Refusal, refuse } from "./refusal.ts";

type Paced = Pick<Caller, "rateId" | "kind" | "ratePerSecond">;

/** One for all routes, so that a key has one rate whichever way it comes. */
export type KeyRate = {
  /** Counts a request, which is what the rate of a key is in that is no ingest key's. */
  readonly refuseRequest: (caller: Paced) => Refusal | null;
  /** Counts the events of a request, which an ingest key's rate is in. */
  readonly refuseEvents: (caller: Paced, count: number) => Refusal | null;
};

export const openKeyRate = (
  { eventsPerSecondPerKey }: Pick<HttpLimits, "eventsPerSecondPerKey">,
  clock: Pick<Clock, "now">,
): KeyRate => {
  const rate = openRateLimit();
  const take = ({ rateId, kind, ratePerSecond }: Paced, count: number): Refusal | null => {
    // Whoever may do everything is not slowed down by the setting: it keeps one app from taking another's share.
    const perSecond = ratePerSecond ?? (kind === "ingest" ? eventsPerSecondPerKey : null);
    if (perSecond === null) return null;
    const wait = rate.take({ rateId, perSecond }, count, clock.now());
    return wait === null ? null : tooFast(perSecond, kind, wait.waitS);
  };
  return {
    refuseRequest: (caller) => take(caller, 1),
    refuseEvents: (caller, count) => take(caller, caller.kind === "ingest" ? count : 1),
  };
};

const tooFast = (perSecond: number, kind: Caller["kind"], waitS: number): Refusal => {
  const [what, undone] = kind === "ingest" ? ["events", "nothing was acknowledged"] : ["requests", "nothing was done"];
  return refuse("rate.limited", `this key may send ${perSecond} ${what} a second; wait ${waitS} s; ${undone}`, {
    headers: { "retry-after": String(waitS) },
  });
};
