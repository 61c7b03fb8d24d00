import type { DatabaseSync, StatementSync } from "node:sqlite";
import { holdsReceiver } from "#src/core/permissions/log-scope.ts";
import { ownerOfReceiver } from "#src/core/postbacks/target-key.ts";
import type { PostbackFilter } from "#src/ports/delivery-log.ts";
import { integerAt, prepare, textOrNullAt } from "./columns.ts";
import { endingStates } from "./endings.ts";
import type { EventFinder } from "./find-events.ts";
import { searchTerms } from "./log-messages.ts";
import type { FoundPostback, LogRows } from "./log-rows.ts";
import { PostbacksOfKey } from "./postbacks-of-key.ts";
import type { Indexes } from "./search.ts";
import { alternativesOf, findAny } from "./search-alternatives.ts";
import { segmentSize } from "./search-segment.ts";

const selectUnheard =
  "SELECT postback FROM ending WHERE state > 0 AND state = ? AND postback < ? ORDER BY postback DESC";
const selectUnheardOf =
  "SELECT postback FROM ending WHERE state > 0 AND state = ? AND postback < ? AND receiver IN (SELECT value FROM json_each(?)) ORDER BY postback DESC";

/** Finds postbacks by what they are and where they stand; who has one in hand is for main to ask the store thread. */
export class PostbackFinder {
  readonly #rows: LogRows;
  readonly #ofKey: PostbacksOfKey;
  readonly #search: Indexes;
  readonly #unheard: StatementSync;
  readonly #unheardOf: StatementSync;
  readonly #live: StatementSync;
  readonly #inSegment: StatementSync;

  constructor(
    database: DatabaseSync,
    rows: LogRows,
    search: { readonly events: EventFinder; readonly indexes: Indexes },
  ) {
    this.#rows = rows;
    this.#ofKey = new PostbacksOfKey(database, search.events);
    this.#search = search.indexes;
    this.#unheard = prepare(database, selectUnheard);
    this.#unheardOf = prepare(database, selectUnheardOf);
    this.#live = prepare(database, "SELECT postback, receiver FROM live WHERE postback < ? ORDER BY postback DESC");
    this.#inSegment = prepare(
      database,
      "SELECT sequence FROM any_postback WHERE sequence BETWEEN ? AND ? ORDER BY sequence DESC",
    );
  }

  /** At most `limit` postbacks below `before` that pass, the newest first. Of state `leased`, none: see `check`. */
  find(filter: PostbackFilter, before: number, limit: number): FoundPostback[] {
    const passed: FoundPostback[] = [];
    for (const sequence of this.#candidates(filter, before)) {
      if (passed.length >= limit) break;
      const found = this.check(filter, sequence);
      if (found !== null) passed.push(found);
    }
    return passed;
  }

  /** The postback if it passes. One that has neither ended nor a live row is taken for pending and for leased. */
  check(filter: PostbackFilter, sequence: number): FoundPostback | null {
    const found = this.#rows.postback(sequence);
    return found !== null && this.#passesRow(found, filter) ? found : null;
  }

  *#candidates(filter: PostbackFilter, before: number): Generator<number> {
    const { state, deadReason, key, eventId } = filter;
    if (eventId !== undefined) yield* below(before, this.#ofEvent(this.#rows.sequenceOfEvent(eventId)));
    else if (key !== undefined) yield* this.#ofKey.find(key, before);
    else if (deadReason !== undefined) yield* this.#ended("dead", filter, before);
    else if (state === "dead" || state === "cancelled") yield* this.#ended(state, filter, before);
    else if (state === "pending" || state === "leased") yield* this.#waiting(filter, before);
    else yield* this.#indexed(filter, before);
  }

  #ofEvent(event: number | null): number[] {
    return event === null ? [] : this.#rows.postbacksOf(event).map(({ sequence }) => sequence);
  }

  *#ended(state: "dead" | "cancelled", filter: PostbackFilter, before: number): Generator<number> {
    const number = endingStates.indexOf(state);
    const receivers = this.#receiversOf(filter);
    const rows =
      receivers === null
        ? this.#unheard.iterate(number, before)
        : this.#unheardOf.iterate(number, before, JSON.stringify([...receivers]));
    for (const row of rows) yield integerAt(row, 0);
  }

  *#waiting(filter: PostbackFilter, before: number): Generator<number> {
    const receivers = this.#receiversOf(filter);
    for (const row of this.#live.iterate(before)) {
      if (receivers === null || receivers.has(integerAt(row, 1))) yield integerAt(row, 0);
    }
  }

  *#indexed(filter: PostbackFilter, before: number): Generator<number> {
    const postbacks = this.#search.index("postbacks");
    postbacks.catchUp();
    const alternatives = alternativesOf(termsOf(filter), scopeTerms(filter));
    for (const segment of postbacks.segments(before, filter)) {
      const sequences =
        alternatives === null ? this.#allIn(segment, before) : findAny(postbacks, segment, alternatives);
      for (const sequence of sequences) if (sequence < before) yield sequence;
    }
  }

  *#allIn(segment: number, before: number): Generator<number> {
    const first = segment * segmentSize;
    const last = Math.min(before - 1, first + segmentSize - 1);
    for (const row of this.#inSegment.iterate(first, last)) yield integerAt(row, 0);
  }

  /** Names of the receivers that the filter can mean, or null where it means all. */
  #receiversOf({ receiverId, partnerId, ruleId, appId, within }: PostbackFilter): ReadonlySet<number> | null {
    if (receiverId !== undefined) return new Set(this.#rows.names.matching((text) => text === receiverId));
    if (partnerId === undefined && ruleId === undefined && appId === undefined && within === undefined) return null;
    return new Set(
      this.#rows.names.matching((text) => {
        const owner = ownerOfReceiver(text);
        if (owner === null || (within !== undefined && !holdsReceiver(within, text))) return false;
        return isWanted(appId, owner.appId) && isWanted(partnerId, owner.partnerId) && isWanted(ruleId, owner.ruleId);
      }),
    );
  }

  #passesRow(found: FoundPostback, filter: PostbackFilter): boolean {
    const { createdAt, receiver, eventId, eventName } = found;
    const { receiverId, partnerId, ruleId, appId, from, to, state, deadReason } = filter;
    if ((from !== undefined && createdAt < from) || (to !== undefined && createdAt >= to)) return false;
    if (!isWanted(filter.eventId, eventId) || !isWanted(filter.eventName, eventName)) return false;
    if (!passesState(found, state, deadReason)) return false;
    const receiverText = this.#rows.names.textOf(receiver);
    const owner = ownerOfReceiver(receiverText);
    return (
      (filter.within === undefined || holdsReceiver(filter.within, receiverText)) &&
      isWanted(receiverId, receiverText) &&
      isWanted(appId, this.#rows.appOf(found)) &&
      isWanted(partnerId, owner?.partnerId ?? null) &&
      isWanted(ruleId, owner?.ruleId ?? null)
    );
  }
}

const passesState = (
  { ending }: FoundPostback,
  state: PostbackFilter["state"],
  deadReason: PostbackFilter["deadReason"],
): boolean => {
  if (deadReason !== undefined && (ending === undefined || textOrNullAt(ending, 1) !== deadReason)) return false;
  if (state === undefined) return true;
  if (state === "pending" || state === "leased") return ending === undefined;
  return ending !== undefined && endingStates[integerAt(ending, 0)] === state;
};

/** Apps and partners of a scope; of one that is asked for nothing more is to be looked for. */
const scopeTerms = ({ appId, partnerId, ruleId, receiverId, within }: PostbackFilter): readonly string[] | null => {
  if (within === undefined || (appId ?? partnerId ?? ruleId ?? receiverId) !== undefined) return null;
  const apps = [...within.apps, ...(within.agency?.apps ?? [])];
  return [...apps.map(searchTerms.app), ...within.partners.map(searchTerms.partner)];
};

const termsOf = ({ appId, partnerId, ruleId, receiverId, eventName }: PostbackFilter): string[] => {
  const terms: string[] = [];
  if (appId !== undefined) terms.push(searchTerms.app(appId));
  if (partnerId !== undefined) terms.push(searchTerms.partner(partnerId));
  if (ruleId !== undefined) terms.push(searchTerms.rule(ruleId));
  if (receiverId !== undefined) terms.push(searchTerms.receiver(receiverId));
  if (eventName !== undefined) terms.push(searchTerms.name(eventName));
  return terms;
};

const below = (before: number, sequences: readonly number[]): number[] =>
  sequences.filter((sequence) => sequence < before).sort((one, other) => other - one);

const isWanted = (wanted: string | undefined, value: string | null): boolean =>
  wanted === undefined || wanted === value;
