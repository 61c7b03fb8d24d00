/** How one try ended: heard; worth another try; refused for good. */
export const attemptOutcomes = ["delivered", "retryable", "permanent"] as const;
export type AttemptOutcome = (typeof attemptOutcomes)[number];

/**
 * What went wrong before a whole answer was heard. Whose fault it is decides what it costs: `ours`
 * spends no attempt.
 */
export const networkFaults = [
  /** The receiver's: its name has no address, or its name servers fail while our resolver answers for others. */
  "name_not_found",
  /** Ours: our resolver answers nothing. */
  "name_lookup_failed",
  /** The receiver's: the guard does not send to such an address. */
  "address_refused",
  /** The receiver's: refused, or no way leads there. */
  "connect_refused",
  "connect_timeout",
  "tls_failed",
  /** The connection broke before the whole answer was heard. */
  "reset",
  /** The deadline came before the first byte of the answer. */
  "headers_timeout",
  /** The deadline came before the last byte of the answer. */
  "body_timeout",
  /** Ours: the deadline came before there was a connection to send on, all to this origin were busy. */
  "deadline",
  /** Not HTTP, a wrong Content-Length, too many headers, an encoding that cannot be read. */
  "bad_response",
  /** The operator's: a secret that the request names is not there, or cannot stand in a header. */
  "secret_missing",
  /** The template's: an address or a header that cannot be sent. */
  "request_invalid",
  /** Ours: no socket or port is left on this machine. */
  "no_socket",
  /** Ours, or the answer's: the thread that held it is gone. Each is a strike. */
  "sender_crashed",
] as const;
export type NetworkFault = (typeof networkFaults)[number];

/**
 * What a sender heard: an answer, or none. Phases are milliseconds from hand-over, null where not
 * reached, or not needed: an open connection was used again, the host was an address.
 */
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

/** What a success test looks at where the body is longer than what is kept of it; it goes no further. */
export type TestedBody = {
  readonly text: string;
  /** True where there was more. */
  readonly isCut: boolean;
};

/**
 * What of the success test an answer did not meet, in words. It is kept with the attempt: the test may be another by the
 * time somebody asks, and only the first of the body is kept.
 */
export type UnmetTest = {
  /** The member of the success test. */
  readonly test: "statuses" | "body";
  /** Such as `must not be "error"`. */
  readonly expected: string;
  /** Such as `/result/status was "ERROR"`. */
  readonly actual: string;
};

/** One try at sending a postback, numbered from 1; the numbering goes on over replays. */
export type Attempt = {
  readonly number: number;
  readonly exchange: Exchange;
  readonly outcome: AttemptOutcome;
  /** False for faults of our own and for probes of a breaker: it is in the log, but spent nothing. */
  readonly spent: boolean;
  /** Null where the answer met the test, or none was heard; of attempts kept by an older Carom as well. */
  readonly unmet: UnmetTest | null;
};
