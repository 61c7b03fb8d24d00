import type { DatabaseSync } from "node:sqlite";
import { invariant } from "#src/core/invariant.ts";
import { answerCalls } from "./answer-frames.ts";
import { integerAt } from "./columns.ts";
import { CounterReads } from "./counter-reads.ts";
import { EventFinder } from "./find-events.ts";
import { PostbackFinder } from "./find-postbacks.ts";
import { type Flat, type FlatReader, readNumber } from "./flat.ts";
import { type LogOperation, logOperations, readEventFilter, readPostbackFilter } from "./log-messages.ts";
import type { LogRows } from "./log-rows.ts";
import type { AheadReader } from "./read-ahead.ts";
import { EventScan } from "./scan-events.ts";
import type { Search } from "./search.ts";
import { isDamaged } from "./sqlite-error.ts";

/** Answers main's questions to the log, each by itself: one that fails takes no other with it. */
export class LogDesk {
  readonly #rows: LogRows;
  readonly #events: EventFinder;
  readonly #postbacks: PostbackFinder;
  readonly #scan: EventScan;
  readonly #counters: CounterReads;

  readonly #search: Search;

  constructor(
    database: DatabaseSync,
    rows: LogRows,
    { search, ahead }: { readonly search: Search; readonly ahead: AheadReader },
  ) {
    this.#rows = rows;
    this.#search = search;
    this.#events = new EventFinder(database, rows, { indexes: search, ahead });
    this.#scan = new EventScan(database, rows);
    this.#counters = new CounterReads(database, (name) => rows.names.textOf(name));
    this.#postbacks = new PostbackFinder(database, rows, { events: this.#events, indexes: search });
  }

  answer(message: unknown): Flat {
    return answerCalls(message, (number, call, answers) => {
      const operation = logOperations[number];
      invariant(operation !== undefined, "the operation is known");
      return this.#try(operation, answers, call);
    });
  }

  /** Answers what went wrong, or null. Where search was damaged it is made anew, and asked once more. */
  #try(operation: LogOperation, answers: Flat, call: () => FlatReader): string | null {
    const place = answers.length;
    for (const isLast of [false, true]) {
      try {
        this.#answerCall(operation, call(), answers);
        return null;
      } catch (error) {
        answers.length = place;
        if (isLast || !isDamaged(error)) return error instanceof Error ? error.message : String(error);
        this.#search.discard();
      }
    }
    return null;
  }

  #answerCall(operation: LogOperation, call: FlatReader, answer: Flat): void {
    switch (operation) {
      case "findEvents": {
        const filter = readEventFilter(call);
        const found = this.#events.find(filter, call.number(), call.number());
        for (const event of found) {
          answer.push(event.sequence);
          this.#rows.pushEvent(answer, event);
        }
        break;
      }
      case "readEvent": {
        const sequence = this.#rows.sequenceOfEvent(call.text());
        const found = sequence === null ? null : this.#rows.event(sequence);
        if (found !== null) this.#rows.pushEvent(answer, found);
        break;
      }
      case "scanEvents": {
        const filter = readEventFilter(call);
        this.#scan.scan(filter, { after: call.number(), limit: call.number() }, answer);
        break;
      }
      case "counters":
        this.#counters.read(call, answer);
        break;
      case "findPostbacks": {
        const filter = readPostbackFilter(call);
        const found = this.#postbacks.find(filter, call.number(), call.number());
        for (const postback of found) this.#rows.pushPostback(answer, postback);
        break;
      }
      case "countPostbacks": {
        const filter = readPostbackFilter(call);
        const found = this.#postbacks.find(filter, call.number(), call.number());
        const last = found.at(-1);
        answer.push(found.length, last === undefined ? 0 : integerAt(last.row, 0));
        break;
      }
      case "checkPostbacks": {
        const filter = readPostbackFilter(call);
        for (const sequence of call.list(readNumber)) {
          const found = this.#postbacks.check(filter, sequence);
          if (found !== null) this.#rows.pushPostback(answer, found);
        }
        break;
      }
      case "readPostback": {
        const sequence = this.#rows.sequenceOfPostback(call.text());
        const found = sequence === null ? null : this.#postbacks.check({}, sequence);
        if (found !== null) this.#rows.pushPostback(answer, found);
        break;
      }
    }
  }
}
