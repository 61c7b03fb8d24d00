import type { StatementSync } from "node:sqlite";
import { invariant } from "#src/core/invariant.ts";
import { appendActs } from "./act-rows.ts";
import { clientEventHash } from "./client-event-ids.ts";
import { prepare } from "./columns.ts";
import { nothingCounted } from "./decision-sums.ts";
import type { Flat, FlatReader } from "./flat.ts";
import type { OwedRange } from "./owed-ranges.ts";
import { type EventMessage, type PostbackMessage, readEvent, readInstall, readPostback } from "./store-messages.ts";
import { flushAppends, type StoreState } from "./store-state.ts";

type BatchLease = { readonly at: number; readonly token: string; readonly until: number; readonly range: OwedRange };

/** Writes what was accepted: see `Store.record`, and `Store.redeliver` for one postback more. */
export class RecordRows {
  readonly #state: StoreState;
  readonly #insertAmendment: StatementSync;
  readonly #appendActs: StatementSync;

  constructor(state: StoreState) {
    this.#state = state;
    this.#insertAmendment = prepare(
      state.database,
      "INSERT INTO amendment (position, event, amended_at, revision, enrichment, decisions) VALUES (?, ?, ?, ?, ?, ?)",
    );
    this.#appendActs = prepare(state.database, appendActs);
  }

  /** Answers for each event `0, first sequence, count` or `1, id`, then for each amendment `first sequence, count` or `-1`. */
  record(call: FlatReader, answer: Flat): void {
    const { names, owed, postbacks } = this.#state;
    const textOf = (name: number): string => names.textOf(name);
    const range: OwedRange = { first: postbacks.next, remaining: 0 };
    const lease = { at: call.number(), token: call.text(), until: call.number(), range };
    const duplicates = new Set<string>();
    for (let left = call.number(); left > 0; left -= 1) {
      const event = readEvent(call, textOf);
      const first = this.#recordedAs(event);
      if (first === null) this.#writeEvent(event, lease, answer);
      else {
        duplicates.add(event.id);
        this.#countDuplicate(event, lease.at);
        answer.push(1, first);
      }
    }
    for (let left = call.number(); left > 0; left -= 1) {
      const install = readInstall(call, textOf);
      // An install told twice must not overwrite what has been learnt since the first time.
      if (!duplicates.has(install.eventId)) this.#state.installs.write(install, lease.at);
    }
    flushAppends(this.#state);
    for (let left = call.number(); left > 0; left -= 1) this.#amend(readEvent(call, textOf), lease, answer);
    for (let left = call.number(); left > 0; left -= 1)
      this.#countDuplicate({ app: call.number(), name: call.text() }, lease.at);
    if (range.remaining > 0) owed.add(range, postbacks.next - 1);
  }

  /** `event id, postback`; answers its sequence. */
  redeliver(call: FlatReader, answer: Flat): void {
    const { spans, postbacks } = this.#state;
    const eventId = call.text();
    const acts = call.textOrNull();
    const postback = readPostback(call);
    const event = spans.find(eventId);
    invariant(event !== null, `event ${eventId} is recorded`);
    invariant(
      postbacks.findOf(event, (tag) => tag === postback.tag) === null,
      `the redelivery of event ${eventId} is new`,
    );
    invariant(postback.start.kind !== "leased", "a redelivered postback waits for its turn");
    const sequence = postbacks.insertLater(postback, event);
    this.#start(sequence, postback, { name: "", lease: null });
    if (acts !== null) this.#appendActs.run(acts);
    answer.push(sequence);
  }

  /** The id under which the event is already there, or null. */
  #recordedAs(event: EventMessage): string | null {
    if (this.#state.spans.find(event.id) !== null) return event.id;
    return event.clientEventId === null ? null : this.#state.clientEventIds.find(event.appText, event.clientEventId);
  }

  #writeEvent(event: EventMessage, lease: BatchLease, answer: Flat): void {
    const { tally, spans, clientEventIds, postbacks, waiting, onceMarks } = this.#state;
    const sequence = ++tally.counts.event;
    const first = postbacks.next;
    const { clientEventId } = event;
    const hash = clientEventId === null ? null : clientEventHash(event.appText, clientEventId);
    this.#state.events.add(
      sequence,
      event.id,
      event.app,
      event.receivedAt,
      lease.at,
      event.revision,
      hash,
      event.type,
      event.name,
      first,
      event.postbacks.length,
      event.decisions,
      event.senderIp,
      event.enrichment,
      event.source,
    );
    spans.add(event.id, sequence);
    clientEventIds.add(hash, sequence, lease.at);
    tally.counts.accepted += 1;
    this.#countEvent(event, lease.at, "accepted");
    for (const mark of event.marks) onceMarks.write(mark, event.id, lease.at);
    if (event.waits !== null) waiting.add(sequence, event.app, event.waits);
    checkTags(event);
    const { name } = event;
    for (const postback of event.postbacks) {
      this.#start(postbacks.insert(postback, sequence), postback, { name, lease });
    }
    answer.push(0, first, event.postbacks.length);
  }

  /** Nothing where the event no longer waits: somebody else has decided it anew. */
  #amend(event: EventMessage, lease: BatchLease, answer: Flat): void {
    const { tally, spans, postbacks, waiting, onceMarks } = this.#state;
    const sequence = spans.find(event.id);
    if (sequence === null || !waiting.has(sequence)) {
      answer.push(-1);
      return;
    }
    waiting.remove(sequence);
    if (event.waits !== null) waiting.add(sequence, event.app, event.waits);
    const position = ++tally.counts.amendment;
    this.#insertAmendment.run(position, sequence, lease.at, event.revision, event.enrichment, event.decisions);
    this.#countEvent(event, lease.at, "");
    for (const mark of event.marks) onceMarks.write(mark, event.id, lease.at);
    checkTags(event);
    const first = postbacks.next;
    for (const postback of event.postbacks) {
      invariant(postbacks.findOf(sequence, (tag) => tag === postback.tag) === null, `a postback of ${event.id} is new`);
      this.#start(postbacks.insertLater(postback, sequence), postback, { name: event.name, lease });
    }
    answer.push(first, event.postbacks.length);
  }

  #start(
    sequence: number,
    postback: PostbackMessage,
    { name, lease }: { readonly name: string; readonly lease: BatchLease | null },
  ): void {
    const { live, lanes, endings, leases } = this.#state;
    const { receiver, expiresAt, start } = postback;
    const of = { name, createdAt: postback.createdAt };
    const fresh = { receiver, since: sequence, attempts: 0, spent: 0, strikes: 0, expiresAt };
    switch (start.kind) {
      case "leased":
        invariant(lease !== null, "a leased postback has a lease");
        lease.range.remaining += 1;
        leases.set(sequence, { ...fresh, token: lease.token, until: lease.until, lane: 0, of, owed: lease.range });
        break;
      case "pending":
        live.put(sequence, { ...fresh, lane: start.lane, due: start.dueAt });
        lanes.add(receiver, start.lane, { due: start.dueAt, postback: sequence });
        break;
      case "dead": {
        const { reason, message } = start;
        endings.end(sequence, {
          receiver,
          state: "dead",
          reason,
          at: postback.createdAt,
          attempts: 0,
          attempt: null,
          message,
          of,
        });
        break;
      }
    }
  }

  #countEvent(event: EventMessage, at: number, what: "accepted" | ""): void {
    const { tally, counters, decisionSums } = this.#state;
    const decisions = decisionSums.of(event.decisions);
    for (const [code, times] of decisions.codes) tally.countDecision(code, times);
    counters.countEvent(countedAs(event, at), what, decisions);
  }

  #countDuplicate(event: CountedEvent, at: number): void {
    this.#state.tally.counts.duplicates += 1;
    this.#state.counters.countEvent(countedAs(event, at), "duplicate", nothingCounted);
  }
}

type CountedEvent = Pick<EventMessage, "app" | "name">;

const countedAs = ({ app, name }: CountedEvent, at: number) => ({ at, app, name });

const checkTags = ({ id, postbacks }: EventMessage): void => {
  if (postbacks.length < 2) return;
  invariant(
    new Set(postbacks.map(({ tag }) => tag)).size === postbacks.length,
    `postbacks of ${id} have ids of their own`,
  );
};
