import type { DatabaseSync, StatementSync } from "node:sqlite";
import { appendActs } from "./act-rows.ts";
import { prepare } from "./columns.ts";
import type { Flat, FlatReader, Scalar } from "./flat.ts";

const peopleQuestions = ["people", "savePeople"] as const;
export type PeopleQuestion = (typeof peopleQuestions)[number];
export const isPeopleQuestion = (question: string): question is PeopleQuestion =>
  peopleQuestions.some((known) => known === question);

/** What a change is made of; run in the order in which they are asked. */
const steps = {
  removeMembership: "DELETE FROM membership WHERE user = ? AND account = ?",
  removeUser: "DELETE FROM user WHERE id = ?",
  removeLink: "DELETE FROM one_time_link WHERE hash = ?",
  removeSession: "DELETE FROM session WHERE hash = ?",
  // Not `OR REPLACE`: that would remove another user of the same email.
  putUser: `INSERT INTO user (id, email, body) VALUES (?, ?, ?)
    ON CONFLICT (id) DO UPDATE SET email = excluded.email, body = excluded.body`,
  putMembership: "INSERT OR REPLACE INTO membership (user, account, body) VALUES (?, ?, ?)",
  putLink: "INSERT OR REPLACE INTO one_time_link (hash, body) VALUES (?, ?)",
  putSession: "INSERT OR REPLACE INTO session (hash, body) VALUES (?, ?)",
  appendActs,
} as const;
export type PeopleStep = keyof typeof steps;

const everybody = `SELECT 'user', body FROM user UNION ALL SELECT 'membership', body FROM membership
  UNION ALL SELECT 'link', body FROM one_time_link UNION ALL SELECT 'session', body FROM session`;

/** Who may sign in, and as what. A change of several rows is one call, and so one transaction. */
export class PeopleRows {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  answer(question: PeopleQuestion, call: FlatReader, answer: Flat): void {
    if (question === "people") this.#all(answer);
    else this.#save(call, answer);
  }

  /** Answers kind and JSON of everything. */
  #all(answer: Flat): void {
    for (const row of this.#statement(everybody).all())
      for (const value of Object.values(row)) answer.push(typeof value === "string" ? value : null);
  }

  /** A list of steps, each with the list of its values; answers how many there were. */
  #save(call: FlatReader, answer: Flat): void {
    const asked = call.list((reader) => [reader.text(), reader.list(readScalar)] as const);
    for (const [step, values] of asked) {
      const sql = Object.entries(steps).find(([name]) => name === step)?.[1];
      if (sql !== undefined) this.#statement(sql).run(...values);
    }
    answer.push(asked.length);
  }

  #statement(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const statement = prepare(this.#database, sql);
    this.#statements.set(sql, statement);
    return statement;
  }
}

const readScalar = (reader: FlatReader): Scalar => reader.scalar();
