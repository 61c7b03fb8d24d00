import { type RecordWithTtl, Resolver } from "node:dns";
import { SenderFault } from "./sender-fault.ts";

export type NameAnswer =
  | { readonly kind: "addresses"; readonly addresses: readonly string[]; readonly ttlS: number }
  | { readonly kind: "fault"; readonly fault: SenderFault };

/** Asks the name servers once for the addresses of a name. */
export type NameQuery = (name: string, answer: (answer: NameAnswer) => void) => void;

/**
 * Names are asked of c-ares, never of `getaddrinfo`: that one has four threads for the whole
 * process, and with eight dead names in flight a healthy one waited 40 s.
 *
 * Both kinds of addresses are asked for at once, IPv4 stands first: a broken IPv6 way is the
 * commoner one.
 *
 * Whose fault is a look-up without an answer? `name_not_found` is the receiver's: the name servers
 * say that there is no such name or no address, or they fail for this name while they can answer for
 * others. `name_lookup_failed` is ours: they answer for nothing. A name whose own servers are dead
 * looks the same from here as a dead resolver of ours; so before either is blamed, the root is asked
 * for, which any resolver that works can answer.
 */
export const nameQuery = (options: {
  readonly nameServers: readonly string[] | null;
  /** For the name; half of it once more for the root. c-ares alone would go on for minutes where there are several servers. */
  readonly timeoutMs: number;
}): NameQuery => {
  const { timeoutMs } = options;
  let resolver = newResolver(options);

  const ask = (name: string, family: 4 | 6, answer: (heard: Heard) => void): void => {
    const hear = (error: NodeJS.ErrnoException | null, records: readonly RecordWithTtl[]): void =>
      answer(error === null ? { error: null, records } : { error: error.code ?? "", records: [] });
    if (family === 4) resolver.resolve4(name, { ttl: true }, hear);
    else resolver.resolve6(name, { ttl: true }, hear);
  };

  const canAnswerAnything = (answer: (canAnswer: boolean) => void): void => {
    const once = firstOf(answer);
    const timer = setTimeout(() => once(false), timeoutMs / 2);
    resolver.resolveNs(".", (error) => {
      clearTimeout(timer);
      once(error === null || isDenial(error.code ?? ""));
    });
  };

  const blame = (code: string, answer: (answer: NameAnswer) => void): void =>
    canAnswerAnything((canAnswer) => {
      // The system may have been told of other name servers since.
      if (!canAnswer) resolver = newResolver(options);
      answer(canAnswer ? theirs(code) : ours(code));
    });

  return (name, answer) => {
    const both: Both = { ipv4: null, ipv6: null };
    const conclude = firstOf(() => {
      clearTimeout(timer);
      const records = [...(both.ipv4?.records ?? []), ...(both.ipv6?.records ?? [])];
      const failure = [both.ipv4?.error, both.ipv6?.error].find((code) => typeof code === "string" && !isDenial(code));
      if (records.length > 0) answer(addressesOf(records));
      else if (typeof failure === "string") blame(failure, answer);
      else if (both.ipv4 === null || both.ipv6 === null) blame("ETIMEOUT", answer);
      else answer(notFound);
    });
    let timer = setTimeout(conclude, timeoutMs);
    const hear = (heard: Heard): void => {
      if (both.ipv4 !== null && both.ipv6 !== null) conclude();
      else if (heard.records.length > 0) {
        clearTimeout(timer);
        timer = setTimeout(conclude, otherFamilyMs);
      }
    };
    ask(name, 4, (heard) => {
      both.ipv4 = heard;
      hear(heard);
    });
    ask(name, 6, (heard) => {
      both.ipv6 = heard;
      hear(heard);
    });
  };
};

/** So long the other kind of addresses is waited for, when there are some to connect to already (RFC 8305, 3). */
const otherFamilyMs = 50;

type Both = { ipv4: Heard | null; ipv6: Heard | null };
type Heard = { readonly error: string | null; readonly records: readonly RecordWithTtl[] };

const newResolver = (options: {
  readonly nameServers: readonly string[] | null;
  readonly timeoutMs: number;
}): Resolver => {
  const resolver = new Resolver({ timeout: Math.ceil(options.timeoutMs / 3), tries: 2, maxTimeout: options.timeoutMs });
  if (options.nameServers !== null) resolver.setServers(options.nameServers);
  return resolver;
};

const isDenial = (code: string): boolean => code === "ENOTFOUND" || code === "ENODATA" || code === "EBADNAME";

const firstOf = <Answers extends readonly unknown[]>(hear: (...answers: Answers) => void) => {
  let isHeard = false;
  return (...answers: Answers): void => {
    if (isHeard) return;
    isHeard = true;
    hear(...answers);
  };
};

const addressesOf = (records: readonly RecordWithTtl[]): NameAnswer => ({
  kind: "addresses",
  addresses: records.map((record) => record.address),
  ttlS: Math.min(...records.map((record) => record.ttl)),
});

const notFound: NameAnswer = {
  kind: "fault",
  fault: new SenderFault("name_not_found", "the name has no address"),
};

const theirs = (code: string): NameAnswer => ({
  kind: "fault",
  fault: new SenderFault("name_not_found", `the name servers of this name fail (${code})`),
});

const ours = (code: string): NameAnswer => ({
  kind: "fault",
  fault: new SenderFault("name_lookup_failed", `our name servers answer for nothing (${code})`),
});
