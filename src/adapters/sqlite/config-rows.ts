import type { DatabaseSync, StatementSync } from "node:sqlite";
import { invariant } from "#src/core/invariant.ts";
import { appendActs, findActs } from "./act-rows.ts";
import { CatalogRows, isCatalogQuestion } from "./catalog-rows.ts";
import { prepare } from "./columns.ts";
import type { Flat, FlatReader, Scalar } from "./flat.ts";
import { isPeopleQuestion, PeopleRows } from "./people-rows.ts";

/** Every question about configuration, by its name. Rare and small: one row of parameters in, rows out. */
const questions = {
  pauses: "SELECT level, id, since, by FROM pause ORDER BY since, scope",
  setPause: "INSERT OR REPLACE INTO pause (scope, level, id, since, by) VALUES (?, ?, ?, ?, ?)",
  clearPause: "DELETE FROM pause WHERE scope = ?",
  keys: `SELECT id, kind, name, app, hash, hint, created_at, account, role, expires_at, rate_per_second, origins, last_used_at, first_id
    FROM api_key ORDER BY created_at, rowid`,
  addKey: `INSERT INTO api_key
    (id, kind, name, app, hash, hint, created_at, account, role, expires_at, rate_per_second, origins, last_used_at, first_id)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)`,
  noteKeyUse: "UPDATE api_key SET last_used_at = ? WHERE id = ?",
  endKey: "UPDATE api_key SET expires_at = ? WHERE id = ?",
  removeKey: "DELETE FROM api_key WHERE id = ?",
  secrets: "SELECT name, box, updated_at FROM secret ORDER BY name",
  putSecret: "INSERT OR REPLACE INTO secret (name, box, updated_at) VALUES (?, ?, ?)",
  resealSecret: "UPDATE secret SET box = ? WHERE name = ? AND box = ?",
  removeSecret: "DELETE FROM secret WHERE name = ?",
  rates: "SELECT day, currency, rate FROM exchange_rate WHERE day >= ? ORDER BY currency, day",
  // One text holds them all: `[[day, currency, rate], …]`.
  putRates: `INSERT OR REPLACE INTO exchange_rate (day, currency, rate)
    SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(?)`,
  removeRates: "DELETE FROM exchange_rate WHERE day < ?",
  putJob: "INSERT OR REPLACE INTO job (id, kind, status, created_at, updated_at, state) VALUES (?, ?, ?, ?, ?, ?)",
  readJob: "SELECT id, kind, status, created_at, updated_at, state FROM job WHERE id = ?",
  unfinishedJobs:
    "SELECT id, kind, status, created_at, updated_at, state FROM job WHERE status = 'running' ORDER BY created_at, id",
  jobsLookingFor: `SELECT id, kind, status, created_at, updated_at, state FROM job
    WHERE state ->> '$.filter.key.kind' = ? AND state ->> '$.filter.key.value' = ? ORDER BY created_at, id`,
  forgetEndedJobs: `DELETE FROM job WHERE id IN
    (SELECT id FROM job WHERE status <> 'running' AND updated_at < ? ORDER BY updated_at LIMIT ?)`,
  noticeTargets: "SELECT body FROM notice_target ORDER BY id",
  putNoticeTarget: "INSERT OR REPLACE INTO notice_target (id, body) VALUES (?, ?)",
  removeNoticeTarget: "DELETE FROM notice_target WHERE id = ?",
  removeNoticesOf: "DELETE FROM queued_notice WHERE target = ?",
  openNotices: "SELECT body FROM open_notice ORDER BY key",
  putOpenNotice: "INSERT OR REPLACE INTO open_notice (key, body) VALUES (?, ?)",
  removeOpenNotice: "DELETE FROM open_notice WHERE key = ?",
  queueNotice: "INSERT OR IGNORE INTO queued_notice (id, target, at, tries, due, body) VALUES (?, ?, ?, ?, ?, ?)",
  dueNotices: "SELECT id, target, at, tries, due, body FROM queued_notice WHERE due <= ? ORDER BY due, id LIMIT ?",
  putOffNotice: "UPDATE queued_notice SET tries = ?, due = ? WHERE id = ?",
  unqueueNotice: "DELETE FROM queued_notice WHERE id = ?",
  appendActs,
  ...findActs,
  forgetActs: "DELETE FROM act WHERE place IN (SELECT place FROM act WHERE at < ? ORDER BY at LIMIT ?)",
} as const;
export type ConfigQuestion = keyof typeof questions;

export class ConfigRows {
  readonly #database: DatabaseSync;
  readonly #catalog: CatalogRows;
  readonly #people: PeopleRows;
  readonly #statements = new Map<string, StatementSync>();

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#catalog = new CatalogRows(database);
    this.#people = new PeopleRows(database);
  }

  /** `question, …parameters`; answers the columns of all rows, one after another, or what `CatalogRows` or `PeopleRows` does. */
  read(call: FlatReader, answer: Flat): void {
    const question = call.text();
    if (this.#answerElsewhere(question, call, answer)) return;
    const statement = this.#statement(question);
    for (const row of statement.all(...call.list(readScalar))) {
      for (const value of Object.values(row))
        answer.push(typeof value === "string" || typeof value === "number" ? value : null);
    }
  }

  /**
   * `question, …parameters`, and steps that are asked likewise: done with it where it changes a row, else not. Answers
   * how many rows the first one changed.
   */
  write(call: FlatReader, answer: Flat): void {
    const question = call.text();
    if (this.#answerElsewhere(question, call, answer)) return;
    const statement = this.#statement(question);
    const changes = Number(statement.run(...call.list(readScalar)).changes);
    const steps = call.list((reader) => [reader.text(), reader.list(readScalar)] as const);
    if (changes > 0) for (const [step, values] of steps) this.#statement(step).run(...values);
    answer.push(changes);
  }

  #answerElsewhere(question: string, call: FlatReader, answer: Flat): boolean {
    if (isCatalogQuestion(question)) this.#catalog.answer(question, call, answer);
    else if (isPeopleQuestion(question)) this.#people.answer(question, call, answer);
    else return false;
    return true;
  }

  #statement(question: string): StatementSync {
    const known = this.#statements.get(question);
    if (known !== undefined) return known;
    const sql = Object.entries(questions).find(([name]) => name === question)?.[1];
    invariant(sql !== undefined, `${question} is a question about configuration`);
    const statement = prepare(this.#database, sql);
    this.#statements.set(question, statement);
    return statement;
  }
}

const readScalar = (reader: FlatReader): Scalar => reader.scalar();
