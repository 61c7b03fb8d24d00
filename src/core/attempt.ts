/** How one try ended: heard; worth another try; refused for good. */
export const attemptOutcomes = ["delivered", "retryable", "permanent"] as const;
export type AttemptOutcome = (typeof attemptOutcomes)[number];

/**
 * What went wrong before a whole answer was heard. Whose fault it is decides what it costs:
 * `ours` spends no attempt (our resolver, our proxy, a refused address by the guard is the partner's).
 */
export const networkFaults = [
  "name_not_found",
  "name_lookup_failed",
  "address_refused",
  "connect_refused",
  "connect_timeout",
  "tls_failed",
  "reset",
  "headers_timeout",
  "body_timeout",
  "deadline",
  "bad_response",
  "secret_missing",
  "request_invalid",
  "sender_crashed",
] as const;
export type NetworkFault = (typeof networkFaults)[number];

/** What a sender heard: an answer, or none. Phases are milliseconds from hand-over, null where not reached. */
export type Exchange = {
  readonly startedAt: number;
  /** Milliseconds from hand-over to the last byte or the fault. */
  readonly durationMs: number;
  readonly phases: {
    readonly lookupMs: number | null;
    readonly connectMs: number | null;
    readonly firstByteMs: number | null;
  };
  readonly answer:
    | {
        readonly kind: "response";
        readonly status: number;
        /** Flat pairs, at most 64 of them. */
        readonly headers: readonly string[];
        /** The first 4 KiB, decoded as UTF-8. */
        readonly body: string;
        readonly bodyTruncated: boolean;
        /** Seconds as told by `Retry-After` (RFC 9110 10.2.3), or null. */
        readonly retryAfterS: number | null;
      }
    | { readonly kind: "fault"; readonly fault: NetworkFault; readonly message: string };
  /** Address that was connected to, or null. */
  readonly remoteAddress: string | null;
};

/** One try at sending a postback, numbered from 1; the numbering goes on over replays. */
export type Attempt = {
  readonly number: number;
  readonly exchange: Exchange;
  readonly outcome: AttemptOutcome;
  /** False for faults of our own and for probes of a breaker: it is in the log, but spent nothing. */
  readonly spent: boolean;
};
