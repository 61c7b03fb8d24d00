import ipaddr from "ipaddr.js";
import type { Clock } from "#src/ports/clock.ts";

/**
 * Slows down who guesses passwords. Each failure beyond the free ones doubles the wait, of the pair of email and
 * address, of the address, and of the email. An email's own wait stays short and is not asked of an address from
 * which its owner has signed in: no stranger can keep somebody out.
 */
export type SignInThrottle = {
  /** Milliseconds to wait, or 0: then the attempt counts as failed until `succeeded` takes it back. */
  readonly attempt: (by: Attempted) => number;
  readonly succeeded: (by: Attempted) => void;
};

export type Attempted = { readonly email: string; readonly address: string };

type Rule = { readonly freeFailures: number; readonly longestMs: number };

const pairRule: Rule = { freeFailures: 5, longestMs: 900_000 };
const addressRule: Rule = { freeFailures: 20, longestMs: 900_000 };
const emailRule: Rule = { freeFailures: 20, longestMs: 30_000 };
const firstWaitMs = 1_000;
/** After so long without a failure nothing is held against anybody. */
const forgottenMs = 3_600_000;
const rememberedMax = 10_000;

export const openSignInThrottle = (clock: Pick<Clock, "monotonic">): SignInThrottle => {
  const pairs = new Failures(pairRule, clock);
  const addresses = new Failures(addressRule, clock);
  const emails = new Failures(emailRule, clock);
  const homes = new Recent<true>();
  const countersFor = ({ email, address }: Attempted): readonly (readonly [Failures, string])[] => {
    const place = networkOf(address);
    const pair = `${email} ${place}`;
    const ofBoth = [[pairs, pair] as const, [addresses, place] as const];
    return homes.get(pair) === undefined ? [...ofBoth, [emails, email] as const] : ofBoth;
  };
  return {
    attempt: (by) => {
      const counters = countersFor(by);
      const waitMs = Math.max(...counters.map(([failures, key]) => failures.waitMs(key)));
      if (waitMs === 0) for (const [failures, key] of counters) failures.add(key);
      return waitMs;
    },
    succeeded: (by) => {
      const pair = `${by.email} ${networkOf(by.address)}`;
      // Its address may guess on at other people's: one success of its own does not clear that.
      addresses.takeBack(networkOf(by.address));
      pairs.clear(pair);
      emails.clear(by.email);
      homes.set(pair, true);
    },
  };
};

/** Whoever has an IPv6 address has 2^64 of them. */
const networkOf = (address: string): string => {
  if (!ipaddr.isValid(address)) return address;
  const parsed = ipaddr.process(address);
  return parsed.kind() === "ipv4" ? parsed.toString() : parsed.toNormalizedString().split(":").slice(0, 4).join(":");
};

class Failures {
  readonly #rule: Rule;
  readonly #clock: Pick<Clock, "monotonic">;
  readonly #known = new Recent<{ readonly count: number; readonly at: number }>();

  constructor(rule: Rule, clock: Pick<Clock, "monotonic">) {
    this.#rule = rule;
    this.#clock = clock;
  }

  waitMs(key: string): number {
    const known = this.#known.get(key);
    if (known === undefined) return 0;
    const beyond = known.count - this.#rule.freeFailures;
    if (beyond < 0) return 0;
    const wait = Math.min(firstWaitMs * 2 ** beyond, this.#rule.longestMs);
    return Math.max(0, known.at + wait - this.#clock.monotonic());
  }

  add(key: string): void {
    const now = this.#clock.monotonic();
    const known = this.#known.get(key);
    const count = known === undefined || known.at + forgottenMs <= now ? 0 : known.count;
    this.#known.set(key, { count: count + 1, at: now });
  }

  takeBack(key: string): void {
    const known = this.#known.get(key);
    if (known !== undefined) this.#known.set(key, { ...known, count: Math.max(0, known.count - 1) });
  }

  clear(key: string): void {
    this.#known.delete(key);
  }
}

/** A map of what was told last; a flood of new keys pushes the oldest out, and never fills the memory. */
class Recent<Value> {
  readonly #entries = new Map<string, Value>();

  get(key: string): Value | undefined {
    return this.#entries.get(key);
  }

  set(key: string, value: Value): void {
    this.#entries.delete(key);
    this.#entries.set(key, value);
    if (this.#entries.size <= rememberedMax) return;
    const [oldest] = this.#entries.keys();
    if (oldest !== undefined) this.#entries.delete(oldest);
  }

  delete(key: string): void {
    this.#entries.delete(key);
  }
}
