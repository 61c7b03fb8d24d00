import { pendingCancellation } from "#src/adapters/memory/cancel.ts";
import type { Tables } from "#src/adapters/memory/tables.ts";
import { type PostbackId, postbackId, type ReceiverId } from "#src/core/ids.ts";
import type { NetworkFault } from "#src/core/postbacks/attempt.ts";
import type { Chance } from "#src/ports/chance.ts";
import type { Clock } from "#src/ports/clock.ts";
import type { SendOrder } from "#src/ports/sender.ts";
import type { ScriptedAnswer } from "#test/support/scripted-sender.ts";
import { rowOf } from "./store-watch.ts";

/** How a receiver takes what comes. */
export const moods = [
  "well",
  "failing",
  "refusing",
  "gone",
  "busy",
  "hanging",
  "resetting",
  "fickle",
  "unresolved",
] as const;
export type Mood = (typeof moods)[number] | "by_hand";

/** Everybody who is sent to, and what they have heard. */
export type Receivers = {
  readonly setMood: (receiver: ReceiverId, mood: Mood) => void;
  readonly allWell: () => void;
  readonly answer: (order: SendOrder) => ScriptedAnswer;
  /** What a receiver answers by hand. */
  readonly answered: (order: SendOrder, answer: ScriptedAnswer) => void;
  /** How often a postback has been answered with 200. */
  readonly heard: ReadonlyMap<PostbackId, number>;
  /** What was in flight when its process or sender ended may go out once more. */
  readonly permitDoubles: () => void;
  /** How often a postback may have been answered with 200. */
  readonly mayHear: (id: PostbackId) => number;
};

export const openReceivers = (given: {
  readonly tables: Tables;
  readonly chance: Chance;
  readonly clock: Clock;
  /** The time that leases are told by, in the life that is now. */
  readonly leaseNow: () => number;
  /** Why nothing may be sent to this receiver now, or null. */
  readonly keptBack: (receiver: ReceiverId) => string | null;
  /** Up to which sequence the postbacks of a receiver have been cancelled. */
  readonly cancelledUpTo: (receiver: ReceiverId) => number;
  readonly violated: (what: string) => void;
}): Receivers => {
  const { tables, chance, clock, violated } = given;
  const moodOf = new Map<ReceiverId, Mood>();
  const heard = new Map<PostbackId, number>();
  const permitted = new Map<PostbackId, number>();
  /** The newest attempt that was handed over for each postback. */
  const handedOver = new Map<PostbackId, number>();

  /** Whether the answer comes back or not: who answers 200 has heard it. */
  const answered = (order: SendOrder, answer: ScriptedAnswer): void => {
    const { id } = idsOf(order);
    if (answer.kind === "response" && answer.status === 200) heard.set(id, (heard.get(id) ?? 0) + 1);
  };

  return {
    setMood: (receiver, mood) => {
      moodOf.set(receiver, mood);
    },
    allWell: () => moodOf.clear(),
    answer: (order) => {
      const { id, attempt } = idsOf(order);
      for (const problem of problemsOf(tables, id, { attempt, now: clock.now(), leaseNow: given.leaseNow() }))
        violated(`sent ${id}: ${problem}`);
      const keptBack = given.keptBack(order.receiverId);
      if (keptBack !== null) violated(`sent ${id}: ${keptBack}`);
      if ((rowOf(tables, id)?.liveSince ?? 0) <= given.cancelledUpTo(order.receiverId)) {
        violated(`sent ${id}: its integration has been removed since`);
      }
      handedOver.set(id, attempt);
      const answer = answerOf(moodOf.get(order.receiverId) ?? "well", chance);
      answered(order, answer);
      return answer;
    },
    answered,
    heard,
    permitDoubles: () => {
      for (const [id, attempt] of handedOver) {
        if ((rowOf(tables, id)?.attempts ?? 0) < attempt) permitted.set(id, (permitted.get(id) ?? 0) + 1);
      }
    },
    mayHear: (id) => 1 + (permitted.get(id) ?? 0),
  };
};

/** Whatever is sent is leased to its sender, by its next number, in its time, and nobody has cancelled it. */
function* problemsOf(
  tables: Tables,
  id: PostbackId,
  { attempt, now, leaseNow }: { readonly attempt: number; readonly now: number; readonly leaseNow: number },
): Iterable<string> {
  const row = rowOf(tables, id);
  if (row === null) {
    yield "it was never recorded";
    return;
  }
  if (row.state !== "leased") yield `it is ${row.state}`;
  if (row.lease !== null && row.lease.until < leaseNow) yield "its lease has ended";
  if (pendingCancellation(tables, row) !== null) yield "it has been cancelled";
  if (attempt !== row.attempts + 1) yield `as attempt ${attempt} after ${row.attempts}`;
  if (row.expiresAt !== null && row.expiresAt < now) yield "it has expired";
}

const idsOf = (order: SendOrder): { readonly id: PostbackId; readonly attempt: number } => {
  const headerOf = (name: string): string => order.headers[order.headers.indexOf(name) + 1] ?? "";
  return { id: postbackId(headerOf("carom-postback-id")), attempt: Number(headerOf("carom-attempt")) };
};

const answerOf = (mood: Mood, chance: Chance): ScriptedAnswer => {
  const afterMs = Math.floor(chance.fraction() * 200);
  const fault = (what: NetworkFault): ScriptedAnswer => ({ kind: "fault", fault: what, afterMs });
  const response = (status: number): ScriptedAnswer => ({ kind: "response", status, afterMs });
  switch (mood) {
    case "well":
      return response(200);
    case "failing":
      return response(500);
    case "refusing":
      return response(400);
    case "gone":
      return response(410);
    case "busy":
      return { kind: "response", status: 429, retryAfterS: 7, afterMs };
    case "hanging":
      return { kind: "hang" };
    case "resetting":
      return fault("reset");
    case "unresolved":
      return fault("name_lookup_failed");
    case "by_hand":
      return { kind: "by_hand" };
    case "fickle":
      return answerOf(moods[Math.floor(chance.fraction() * (moods.length - 2))] ?? "well", chance);
  }
};
