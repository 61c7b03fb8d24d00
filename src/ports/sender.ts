import type { ReceiverId, SecretName } from "#src/core/ids.ts";
import type { Exchange, TestedBody } from "#src/core/postbacks/attempt.ts";
import type { RenderedRequest } from "#src/core/postbacks/postback.ts";

/**
 * Sends requests, one try each, and tells what was heard. It never throws for what the world does:
 * every order is answered by exactly one result, within `timeoutMs` plus a second. A sender that
 * crashes answers what was in its hands with the fault `sender_crashed`, and starts again.
 */
export type Sender = {
  readonly send: (orders: readonly SendOrder[]) => void;
  /** Named once, before the first order; results come in batches. */
  readonly onResults: (listener: (results: readonly SendResult[]) => void) => void;
  /** Secrets in force from the next order on. */
  readonly setSecrets: (secrets: OpenedSecrets) => void;
  /** Waits until nothing is in flight, at most `graceMs`; then cuts. Orders cut off get no result. */
  readonly close: (graceMs: number) => Promise<void>;
};

/** By name; null is one that is set and cannot be opened with today's encryption key. */
export type OpenedSecrets = ReadonlyMap<SecretName, string | null>;

export type SendOrder = {
  /** The caller's number of this order; comes back with the result. */
  readonly ticket: number;
  /** Orders of one receiver keep to one worker. */
  readonly receiverId: ReceiverId;
  readonly request: RenderedRequest;
  /** Carom's own headers of this attempt (ids, attempt number), flat pairs. */
  readonly headers: readonly string[];
  readonly timeoutMs: number;
  /** Whether a success test looks at the answer's body; 4 KiB are kept in any case. */
  readonly bodyNeeded: boolean;
};

export type SendResult = {
  readonly ticket: number;
  readonly exchange: Exchange;
  /** As much of the body as was read, where it was needed and is longer than what the exchange keeps. */
  readonly testedBody?: TestedBody;
};
