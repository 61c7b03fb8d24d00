import type { StatementSync } from "node:sqlite";
import { erasedAttempt, erasedSource, erasedUrl } from "#src/core/personal-data/erasure.ts";
import { packAttempt, unpackAttempt } from "./attempt-text.ts";
import { integerAt, prepare, type Row, textAt, textOrNullAt } from "./columns.ts";
import { endingStates } from "./endings.ts";
import { readStoredEvent, selectEventBySequence } from "./event-rows.ts";
import { type Flat, type FlatReader, readText } from "./flat.ts";
import { flushAppends, type StoreState } from "./store-state.ts";

/** Rows of events and postbacks are where they were recorded, or among those that are kept. */
const inBoth = (statement: (prefix: string) => string): readonly string[] => [statement(""), statement("kept_")];

/**
 * Takes a person out of the rows, where they are. While it does, SQLite overwrites also the pages that it
 * frees (`secure_delete`). What was freed before is overwritten by `FreePages`, and the log is cut by `LogCut`.
 */
export class EraseRows {
  readonly #state: StoreState;
  readonly #event: StatementSync;
  readonly #eraseEvent: readonly StatementSync[];
  readonly #eraseAmendments: StatementSync;
  readonly #postbacks: StatementSync;
  readonly #erasePostback: readonly StatementSync[];
  readonly #removeVersions: StatementSync;
  readonly #attempts: StatementSync;
  readonly #eraseAttempt: StatementSync;
  readonly #ending: StatementSync;
  readonly #eraseEnding: StatementSync;

  constructor(state: StoreState) {
    const { database } = state;
    const all = (statements: readonly string[]) => statements.map((sql) => prepare(database, sql));
    this.#state = state;
    this.#event = prepare(database, selectEventBySequence);
    this.#eraseEvent = all(
      inBoth((kept) => `UPDATE ${kept}event SET sender_ip = NULL, enrichment = NULL, source = ?2 WHERE sequence = ?1`),
    );
    this.#eraseAmendments = prepare(database, "UPDATE amendment SET enrichment = NULL WHERE event = ?");
    this.#postbacks = prepare(
      database,
      `SELECT sequence, url FROM any_postback WHERE sequence BETWEEN ? AND ?
       UNION ALL
       SELECT sequence, url FROM later_postback JOIN any_postback ON sequence = postback WHERE later_postback.event = ?`,
    );
    this.#erasePostback = all(
      inBoth((kept) => `UPDATE ${kept}postback SET url = ?2, headers = NULL, body = NULL WHERE sequence = ?1`),
    );
    this.#removeVersions = prepare(database, "DELETE FROM postback_version WHERE postback = ?");
    this.#attempts = prepare(database, "SELECT number, started_at, body FROM attempt WHERE postback = ?");
    this.#eraseAttempt = prepare(
      database,
      "UPDATE attempt SET body = ? WHERE postback = ? AND number = ? AND started_at = ?",
    );
    this.#ending = prepare(database, "SELECT state, reason, attempt, message FROM ending WHERE postback = ?");
    this.#eraseEnding = prepare(
      database,
      "UPDATE ending SET state = ?2, reason = ?3, attempt = ?4, message = ?5 WHERE postback = ?1",
    );
  }

  /**
   * `count, …event ids, count, …(app, app's text, count, …keys)`; answers for each event whether it is
   * erased, then how many install records and marks went.
   */
  erase(call: FlatReader, answer: Flat): void {
    const { database } = this.#state;
    flushAppends(this.#state);
    const before = prepare(database, "PRAGMA secure_delete").get();
    database.exec("PRAGMA secure_delete = ON");
    try {
      for (const id of call.list(readText)) answer.push(this.#eraseOne(id) ? 1 : 0);
      let installs = 0;
      let marks = 0;
      for (let left = call.number(); left > 0; left -= 1) {
        const app = call.number();
        const appText = this.#state.names.textOf(app);
        for (const key of call.list(readText)) {
          installs += this.#state.installs.removeUnder(app, appText, key) ? 1 : 0;
          marks += this.#state.onceMarks.removeOf(app, key);
        }
      }
      answer.push(installs, marks);
    } finally {
      database.exec(`PRAGMA secure_delete = ${before === undefined ? 0 : integerAt(before, 0)}`);
    }
  }

  #eraseOne(id: string): boolean {
    const { spans, names, waiting } = this.#state;
    const sequence = spans.find(id);
    const row = sequence === null ? undefined : this.#event.get(sequence);
    if (sequence === null || row === undefined) return false;
    const first = integerAt(row, 7);
    const postbacks = this.#postbacks.all(first, first + integerAt(row, 8) - 1, sequence);
    if (postbacks.some((postback) => this.#isUnended(integerAt(postback, 0)))) return false;
    waiting.remove(sequence);
    const left = erasedSource(readStoredEvent(row, (name) => names.textOf(name)));
    for (const statement of this.#eraseEvent) statement.run(sequence, left);
    this.#eraseAmendments.run(sequence);
    for (const postback of postbacks) this.#eraseOfPostback(postback);
    return true;
  }

  #isUnended(postback: number): boolean {
    return this.#state.leases.has(postback) || this.#state.live.read(postback) !== null;
  }

  #eraseOfPostback(postback: Row): void {
    const sequence = integerAt(postback, 0);
    for (const statement of this.#erasePostback) statement.run(sequence, erasedUrl(textAt(postback, 1)));
    this.#removeVersions.run(sequence);
    for (const attempt of this.#attempts.all(sequence)) {
      this.#eraseAttempt.run(silent(textAt(attempt, 2)), sequence, integerAt(attempt, 0), integerAt(attempt, 1));
    }
    const ending = this.#ending.get(sequence);
    if (ending === undefined) return;
    const state = integerAt(ending, 0);
    const isDead = endingStates[state] === "dead";
    const attempt = textOrNullAt(ending, 2);
    this.#eraseEnding.run(
      sequence,
      isDead ? endingStates.indexOf("cancelled") : state,
      isDead ? "erased" : textOrNullAt(ending, 1),
      attempt === null ? null : silent(attempt),
      textOrNullAt(ending, 3) === null ? null : "erased",
    );
  }
}

const silent = (packed: string): string => packAttempt(erasedAttempt(unpackAttempt(packed)));
