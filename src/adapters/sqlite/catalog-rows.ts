import type { DatabaseSync, SQLInputValue, StatementSync } from "node:sqlite";
import { integerAt, oneInteger, prepare, textAt } from "./columns.ts";
import { type Flat, type FlatReader, pushList, type Scalar } from "./flat.ts";

/** Conditions of a history by the names that `catalog-client.ts` gives them; each has one parameter. */
const conditions = {
  key: "v.key = ?",
  kind: "(v.key = ?1 OR v.key GLOB ?1 || '/*')",
  appId: "v.app = ?",
  by: "c.saved_by = ?",
  account: "c.account = ?",
  revision: "v.revision = ?",
  since: "v.revision > ?",
  from: "c.saved_at >= ?",
  to: "c.saved_at < ?",
  cursor: "v.version < ?",
} as const;
export type HistoryCondition = keyof typeof conditions;
const conditionNames: ReadonlySet<string> = new Set(Object.keys(conditions));

const revisionColumns = "revision, saved_at, saved_by, account";

const catalogQuestions = ["catalogParts", "catalogRevision", "catalogHistory", "saveCatalog"] as const;
export type CatalogQuestion = (typeof catalogQuestions)[number];
export const isCatalogQuestion = (question: string): question is CatalogQuestion =>
  catalogQuestions.some((known) => known === question);

/** The catalog by its parts: small questions, asked rarely. */
export class CatalogRows {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  answer(question: CatalogQuestion, call: FlatReader, answer: Flat): void {
    switch (question) {
      case "catalogParts":
        this.#parts(call, answer);
        break;
      case "catalogRevision":
        this.#revision(call, answer);
        break;
      case "catalogHistory":
        this.#history(call, answer);
        break;
      case "saveCatalog":
        this.#save(call, answer);
        break;
    }
  }

  /** `revision or null for the newest`; answers its columns, or nothing. */
  #revision(call: FlatReader, answer: Flat): void {
    const revision = call.numberOrNull();
    if (revision === null)
      this.#push(answer, `SELECT ${revisionColumns} FROM catalog_change ORDER BY revision DESC LIMIT 1`);
    else this.#push(answer, `SELECT ${revisionColumns} FROM catalog_change WHERE revision = ?`, revision);
  }

  /** `revision or null for the newest`; answers nothing where there is none, else its columns, then each different document, then key, revision and number of the document of each part. */
  #parts(call: FlatReader, answer: Flat): void {
    const asked = call.numberOrNull();
    const newest = oneInteger(this.#statement("SELECT max(revision) FROM catalog_change"));
    const revision = asked ?? newest;
    const before = answer.length;
    this.#push(answer, `SELECT ${revisionColumns} FROM catalog_change WHERE revision = ?`, revision);
    if (answer.length === before) return;
    if (revision === newest) {
      const inForce = "WHERE until IS NULL AND document IS NOT NULL ORDER BY place";
      this.#pushParts(answer, `SELECT key, revision, document FROM catalog_version ${inForce}`);
      return;
    }
    const oldest = oneInteger(this.#statement("SELECT min(revision) FROM catalog_version"));
    if (revision !== null && oldest !== null && revision < oldest) {
      const ofDocument = "SELECT key, revision, document FROM catalog_document_part WHERE revision = ?";
      this.#pushParts(answer, `${ofDocument} ORDER BY first, second, third`, revision);
      return;
    }
    const then = "WHERE revision <= ?1 AND (until IS NULL OR until > ?1) AND document IS NOT NULL ORDER BY place";
    this.#pushParts(answer, `SELECT key, revision, document FROM catalog_version ${then}`, revision);
  }

  /** Of ten thousand apps many have the same terms with a partner: what is the same is told once. */
  #pushParts(answer: Flat, sql: string, ...values: readonly Scalar[]): void {
    const documents = new Map<string, number>();
    const parts: Flat = [];
    for (const row of this.#statement(sql).iterate(...values)) {
      const document = textAt(row, 2);
      const number = documents.get(document) ?? documents.size;
      documents.set(document, number);
      parts.push(textAt(row, 0), integerAt(row, 1), number);
    }
    pushList(answer, [...documents.keys()]);
    pushList(answer, parts);
  }

  /** `expected, at, by, account`, then `key, app, document` of each part; answers 1, or 0 where another came first. */
  #save(call: FlatReader, answer: Flat): void {
    const expected = call.number();
    const [at, by, account] = [call.number(), call.text(), call.textOrNull()];
    const parts = call.list((reader) => [reader.text(), reader.textOrNull(), reader.textOrNull()] as const);
    const newest = oneInteger(this.#statement("SELECT max(revision) FROM catalog_change")) ?? 0;
    if (newest !== expected) {
      answer.push(0);
      return;
    }
    const revision = expected + 1;
    this.#statement(`INSERT INTO catalog_change (${revisionColumns}) VALUES (?, ?, ?, ?)`).run(
      revision,
      at,
      by,
      account,
    );
    const inForce = "FROM catalog_version WHERE key = ? AND until IS NULL AND document IS NOT NULL";
    const find = this.#statement(`SELECT version, place ${inForce}`);
    const end = this.#statement("UPDATE catalog_version SET until = ? WHERE version = ?");
    const add = this.#statement(
      "INSERT INTO catalog_version (key, app, revision, place, document) VALUES (?, ?, ?, ?, ?)",
    );
    let place = oneInteger(this.#statement("SELECT max(place) FROM catalog_version")) ?? 0;
    for (const [key, app, document] of parts) {
      const old = find.get(key);
      if (old === undefined && document === null) continue;
      if (old === undefined) place += 1;
      else end.run(revision, integerAt(old, 0));
      add.run(key, app, revision, old === undefined ? place : integerAt(old, 1), document);
    }
    answer.push(1);
  }

  /** `limit`, then a name and a value for each condition; answers the columns of the versions, the newest first. */
  #history(call: FlatReader, answer: Flat): void {
    const limit = call.number();
    const asked = call.list((reader) => [reader.text(), reader.scalar()] as const);
    const wanted = asked.filter(([name]) => conditionNames.has(name));
    const where = wanted.map(([name], place) => conditionText(name, place + 1));
    const [[name, key] = [], ...others] = wanted;
    if (name === "key" && typeof key === "string" && others.length === 0 && this.#pushFormer(answer, key)) return;
    this.#push(
      answer,
      `SELECT v.version, v.key, v.revision, c.saved_at, c.saved_by, c.account, v.document, (
        SELECT document FROM catalog_version WHERE key = v.key AND version < v.version ORDER BY version DESC LIMIT 1
      ) FROM catalog_version AS v JOIN catalog_change AS c ON c.revision = v.revision
      WHERE ${["true", ...where].join(" AND ")} ORDER BY v.version DESC LIMIT ?${wanted.length + 1}`,
      ...wanted.map(([, value]) => value),
      limit,
    );
  }

  /** What was removed before there were versions has its removal alone; answers whether it was. */
  #pushFormer(answer: Flat, key: string): boolean {
    const isKnown = this.#statement("SELECT 1 FROM catalog_version WHERE key = ? LIMIT 1").get(key) !== undefined;
    if (isKnown || this.#statement("SELECT 1 FROM former_part WHERE key = ?").get(key) === undefined) return false;
    this.#push(
      answer,
      `SELECT 0, f.key, f.revision, c.saved_at, c.saved_by, c.account, NULL, f.document
        FROM former_part AS f JOIN catalog_change AS c ON c.revision = f.revision WHERE f.key = ?`,
      key,
    );
    return true;
  }

  #push(answer: Flat, sql: string, ...values: readonly Scalar[]): void {
    for (const row of this.#statement(sql).all(...values))
      for (const value of Object.values(row)) answer.push(isScalar(value) ? value : null);
  }

  #statement(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const statement = prepare(this.#database, sql);
    this.#statements.set(sql, statement);
    return statement;
  }
}

const conditionText = (name: string, place: number): string =>
  (Object.entries(conditions).find(([known]) => known === name)?.[1] ?? "true").replaceAll(/\?1?/g, `?${place}`);

const isScalar = (value: SQLInputValue | undefined): value is string | number =>
  typeof value === "string" || typeof value === "number";
