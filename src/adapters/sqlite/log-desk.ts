import { invariant } from "#src/core/invariant.ts";
import type { EventFinder } from "./find-events.ts";
import type { PostbackFinder } from "./find-postbacks.ts";
import { type Flat, FlatReader, readNumber } from "./flat.ts";
import { type LogOperation, logOperations, readEventFilter, readPostbackFilter } from "./log-messages.ts";
import type { LogRows } from "./log-rows.ts";

/** Answers main's questions to the log, each by itself: one that fails takes no other with it. */
export class LogDesk {
  readonly #rows: LogRows;
  readonly #events: EventFinder;
  readonly #postbacks: PostbackFinder;

  constructor(rows: LogRows, events: EventFinder, postbacks: PostbackFinder) {
    this.#rows = rows;
    this.#events = events;
    this.#postbacks = postbacks;
  }

  /** All calls of one message: see `store-messages.ts` for the frame. */
  answer(message: unknown): Flat {
    const reader = new FlatReader(message);
    reader.skip(reader.number());
    const answers: Flat = [];
    while (!reader.isAtEnd) {
      const number = reader.number();
      const operation = logOperations[reader.number()];
      const length = reader.number();
      const end = reader.position + length;
      const place = answers.push(number, 0, 0);
      try {
        invariant(operation !== undefined, "the operation is known");
        this.#answerCall(operation, new FlatReader(message, reader.position, end), answers);
        answers[place - 1] = answers.length - place;
      } catch (error) {
        answers.length = place - 3;
        answers.push(number, 1, 1, error instanceof Error ? error.message : String(error));
      }
      reader.skip(length);
    }
    return answers;
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
      case "findPostbacks": {
        const filter = readPostbackFilter(call);
        const found = this.#postbacks.find(filter, call.number(), call.number());
        for (const postback of found) this.#rows.pushPostback(answer, postback);
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
