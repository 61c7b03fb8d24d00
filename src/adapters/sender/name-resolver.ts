import type { HostsFile } from "./hosts-file.ts";
import type { NameAnswer, NameQuery } from "./name-query.ts";
import type { SenderFault } from "./sender-fault.ts";

/** The addresses of a name: calls back once, at once where they are known. */
export type NameResolver = (name: string, answer: (answer: KnownName) => void) => void;

export type KnownName =
  | { readonly kind: "addresses"; readonly addresses: readonly string[] }
  | { readonly kind: "fault"; readonly fault: SenderFault };

/**
 * Remembers what was answered for as long as its TTL says, and what was not found for a few seconds.
 * Whoever asks for a name that is being asked for waits for that one answer. While a name cannot be
 * looked up, its last addresses serve on for a while (RFC 8767): an outage of name servers is no
 * reason to stop sending to a receiver that stands.
 */
export const nameResolver = (options: {
  readonly query: NameQuery;
  readonly hosts: HostsFile;
  readonly now: () => number;
}): NameResolver => {
  const { query, hosts, now } = options;
  const known = new Map<string, Remembered>();
  const waiting = new Map<string, ((answer: KnownName) => void)[]>();

  const remember = (name: string, heard: NameAnswer): KnownName => {
    const last = known.get(name);
    // Taken out and put in again, so that the first of the map is the longest unheard of.
    known.delete(name);
    if (known.size >= namesRememberedMax) known.delete(known.keys().next().value ?? "");
    const remembered = afterAnswer(heard, last, now());
    known.set(name, remembered);
    return remembered.answer;
  };

  const ask = (name: string, answer: (answer: KnownName) => void): void => {
    const waiters = [answer];
    waiting.set(name, waiters);
    query(name, (heard) => {
      waiting.delete(name);
      const learnt = remember(name, heard);
      for (const waiter of waiters) waiter(learnt);
    });
  };

  return (asked, answer) => {
    const name = asked.toLowerCase().replace(/\.$/, "");
    const fixed = fixedAddresses(name, hosts, now());
    const remembered = known.get(name);
    const waiters = waiting.get(name);
    if (fixed !== null) answer({ kind: "addresses", addresses: fixed });
    else if (remembered !== undefined && now() < remembered.freshUntil) answer(remembered.answer);
    else if (waiters !== undefined) waiters.push(answer);
    else ask(name, answer);
  };
};

type Remembered = {
  readonly answer: KnownName;
  readonly freshUntil: number;
  /** Until then addresses serve on when the name cannot be looked up. */
  readonly staleUntil: number;
};

const namesRememberedMax = 10_000;
/** A TTL of 0 would ask for every connection; one of a week would keep an address that is gone. */
const freshMinMs = 1_000;
const freshMaxMs = 600_000;
const notFoundMs = 5_000;
const lookupFailedMs = 1_000;
const staleMaxMs = 3_600_000;

const afterAnswer = (heard: NameAnswer, last: Remembered | undefined, now: number): Remembered => {
  if (heard.kind === "addresses") {
    const freshUntil = now + Math.min(freshMaxMs, Math.max(freshMinMs, heard.ttlS * 1000));
    return { answer: heard, freshUntil, staleUntil: freshUntil + staleMaxMs };
  }
  if (heard.fault.fault === "name_not_found") return { answer: heard, freshUntil: now + notFoundMs, staleUntil: now };
  const freshUntil = now + lookupFailedMs;
  return last !== undefined && now < last.staleUntil
    ? { answer: last.answer, freshUntil, staleUntil: last.staleUntil }
    : { answer: heard, freshUntil, staleUntil: now };
};

/** By the hosts file, or by RFC 6761: `localhost` and all below it never leave this machine. */
const fixedAddresses = (name: string, hosts: HostsFile, now: number): readonly string[] | null => {
  const listed = hosts(name, now);
  if (listed !== null) return listed;
  return name === "localhost" || name.endsWith(".localhost") ? ["127.0.0.1", "::1"] : null;
};
