import type { DatabaseSync, StatementSync } from "node:sqlite";
import { integerAt, prepare, textAt } from "./columns.ts";

/** All names in the order of their numbers, which begin at 1 and have no gaps. */
export const readNames = (database: DatabaseSync): string[] =>
  prepare(database, "SELECT text FROM name ORDER BY id")
    .all()
    .map((row) => textAt(row, 0));

/** The store thread's side of `Names`: what it was told, and how much of that is durable. */
export class NameRows {
  readonly #texts: string[];
  readonly #insert: StatementSync;
  #durable: number;
  #written: number;

  constructor(database: DatabaseSync) {
    this.#texts = ["", ...readNames(database)];
    this.#durable = this.#texts.length;
    this.#written = this.#texts.length;
    this.#insert = prepare(database, "INSERT INTO name (id, text) VALUES (?, ?)");
  }

  add(text: string): void {
    this.#texts.push(text);
  }

  textOf(number: number): string {
    return this.#texts[number] ?? "";
  }

  /** Inside a transaction: writes what is not there yet. A commit that fails leaves it to the next. */
  write(): void {
    for (; this.#written < this.#texts.length; this.#written += 1) {
      this.#insert.run(this.#written, this.textOf(this.#written));
    }
  }

  committed(): void {
    this.#durable = this.#written;
  }

  rolledBack(): void {
    this.#written = this.#durable;
  }
}

/** A looking thread's side: reads names as rows mention them. */
export class NameReader {
  readonly #texts = new Map<number, string>();
  readonly #select: StatementSync;
  readonly #selectAll: StatementSync;

  constructor(database: DatabaseSync) {
    this.#select = prepare(database, "SELECT text FROM name WHERE id = ?");
    this.#selectAll = prepare(database, "SELECT id, text FROM name WHERE id > ?");
  }

  textOf(number: number): string {
    const known = this.#texts.get(number);
    if (known !== undefined) return known;
    const row = this.#select.get(number);
    if (row === undefined) return "";
    this.#texts.set(number, textAt(row, 0));
    return textAt(row, 0);
  }

  /** Numbers of the names that a filter means. */
  *matching(wanted: (text: string) => boolean): Generator<number> {
    for (const row of this.#selectAll.all(0)) if (wanted(textAt(row, 1))) yield integerAt(row, 0);
  }
}
