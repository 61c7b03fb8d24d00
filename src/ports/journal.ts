import type { Event } from "#src/core/events/event.ts";
import type { EventId } from "#src/core/ids.ts";
import type { Decision } from "#src/core/postbacks/decision.ts";

/**
 * The moment of acceptance. `append` resolves when the events cannot be lost, and rejects with
 * `NotAcknowledged` when that is not known: then nothing was acknowledged, and a repeat with the
 * same client event ids is safe. Standalone and PostgreSQL: appending is accepting and recording.
 */
export type Journal = {
  readonly append: (events: readonly Event[]) => Promise<readonly Acceptance[]>;
};

/** One for each event, in order. */
export type Acceptance =
  | { readonly kind: "accepted"; readonly id: EventId; readonly decisions: readonly Decision[] }
  /** The event with this client event id is already there, under the id of the first. */
  | { readonly kind: "duplicate"; readonly id: EventId };

/** Why nothing was acknowledged. `retryAfterS` is the hint for `Retry-After`. */
export class NotAcknowledged extends Error {
  /** `undecided`: a bug of ours met these events; given again they meet it again. */
  readonly reason: "queue_full" | "disk_full" | "store_failed" | "shutting_down" | "undecided";
  readonly retryAfterS: number;

  constructor(reason: NotAcknowledged["reason"], retryAfterS: number, cause?: unknown) {
    super(`events were not acknowledged: ${reason}`, { cause });
    this.name = "NotAcknowledged";
    this.reason = reason;
    this.retryAfterS = retryAfterS;
  }
}
