import type { StatementSync } from "node:sqlite";
import { integerAt, prepare, textAt } from "./columns.ts";
import { codeOfDecision, numbersOfDecisions, targetOfDecision } from "./decisions-text.ts";
import { eventColumns } from "./event-rows.ts";
import { type FoundInstall, pushFound } from "./find-installs.ts";
import { type Flat, type FlatReader, pushList, readText } from "./flat.ts";
import { readMark } from "./store-messages.ts";
import type { StoreState } from "./store-state.ts";

/** What is known when an event comes in: see `Knowledge.lookUp`. */
export class KnowledgeRows {
  readonly #state: StoreState;
  readonly #event: StatementSync;
  readonly #amendments: StatementSync;

  constructor(state: StoreState) {
    this.#state = state;
    this.#event = prepare(state.database, `SELECT ${eventColumns} FROM any_event WHERE sequence = ?`);
    this.#amendments = prepare(
      state.database,
      "SELECT enrichment, decisions FROM amendment WHERE event = ? ORDER BY position",
    );
  }

  /** `…(app, client event id)`, `…(app, keys)`, `…(app, keys, now)`, `…(app, rule, subject)`, each behind its count; answers in the same order, and as `pushFound` does for installs. */
  lookUp(call: FlatReader, answer: Flat): void {
    const { names, clientEventIds, installs, waiting, onceMarks } = this.#state;
    for (let left = call.number(); left > 0; left -= 1) {
      answer.push(clientEventIds.find(names.textOf(call.number()), call.text()));
    }
    const findInstall = (): FoundInstall | null => {
      const app = call.number();
      return installs.find(app, names.textOf(app), call.list(readText));
    };
    pushFound(call.number(), findInstall, answer);
    for (let left = call.number(); left > 0; left -= 1) {
      const app = call.number();
      const ask = { keys: call.list(readText), now: call.number() };
      const events = waiting.find(app, names.textOf(app), ask);
      answer.push(events.length);
      for (const event of events) this.#pushWaiting(event, answer);
    }
    for (let left = call.number(); left > 0; left -= 1) answer.push(onceMarks.find(readMark(call)));
  }

  /** `id, app, received at, sender's address, enrichment, source, matched target keys`. */
  #pushWaiting(event: number, answer: Flat): void {
    const row = this.#event.get(event);
    if (row === undefined) {
      answer.push(null);
      return;
    }
    let enrichment = row[11] ?? null;
    const lists = [textAt(row, 9)];
    for (const amendment of this.#amendments.all(event)) {
      enrichment = amendment[0] ?? null;
      lists.push(textAt(amendment, 1));
    }
    answer.push(textAt(row, 1), integerAt(row, 2), integerAt(row, 3));
    for (const text of [row[10] ?? null, enrichment]) answer.push(typeof text === "string" ? text : null);
    answer.push(textAt(row, 12));
    pushList(answer, [...this.#matchedTargets(lists)]);
  }

  #matchedTargets(lists: readonly string[]): ReadonlySet<string> {
    const matched = new Set<string>();
    const textOf = (number: number): string => this.#state.names.textOf(number);
    for (const number of lists.flatMap((list) => numbersOfDecisions(list, textOf))) {
      const name = textOf(number);
      if (codeOfDecision(name) === "match") matched.add(targetOfDecision(name));
    }
    return matched;
  }
}
