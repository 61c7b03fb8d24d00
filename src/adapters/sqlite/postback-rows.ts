import type { DatabaseSync, StatementSync } from "node:sqlite";
import { BulkInsert } from "./bulk-insert.ts";
import { integerAt, integerOrNullAt, prepare, type Row, textAt, textOrNullAt } from "./columns.ts";
import type { EndedPostback } from "./endings.ts";
import type { Flat, Scalar } from "./flat.ts";
import { NewestRequest } from "./newest-request.ts";
import type { PostbackMessage } from "./store-messages.ts";
import type { Tally } from "./tally.ts";

/** Columns of a postback in the order that `pushPostbackRow` reads them, with its event's id; and its event's name. */
const columns =
  "postback.sequence, event.id, tag, receiver, target, redelivery, created_at, expires_at, method, url, headers, body, event.name";

/** Writes postbacks and finds them by their ids. */
export class PostbackRows {
  readonly #tally: Tally;
  readonly #insert: BulkInsert;
  readonly #insertLater: StatementSync;
  readonly #select: StatementSync;
  readonly #selectKept: StatementSync;
  readonly #range: StatementSync;
  readonly #tagsOf: StatementSync;
  readonly #receiverOf: StatementSync;
  readonly #newest: NewestRequest;

  constructor(database: DatabaseSync, tally: Tally) {
    this.#tally = tally;
    this.#insert = new BulkInsert(database, "postback", [
      "sequence",
      "event",
      "receiver",
      "target",
      "tag",
      "redelivery",
      "created_at",
      "expires_at",
      "method",
      "url",
      "headers",
      "body",
    ]);
    this.#insertLater = prepare(database, "INSERT INTO later_postback (event, postback) VALUES (?, ?)");
    this.#select = prepare(
      database,
      `SELECT ${columns} FROM postback JOIN event ON event.sequence = postback.event WHERE postback.sequence = ?`,
    );
    this.#selectKept = prepare(
      database,
      `SELECT ${columns} FROM any_postback AS postback JOIN any_event AS event ON event.sequence = postback.event WHERE postback.sequence = ?`,
    );
    this.#range = prepare(database, "SELECT first_postback, postbacks FROM any_event WHERE sequence = ?");
    this.#tagsOf = prepare(
      database,
      `SELECT sequence, tag FROM any_postback WHERE sequence BETWEEN ? AND ?
       UNION ALL
       SELECT sequence, tag FROM later_postback JOIN any_postback ON sequence = postback WHERE later_postback.event = ?`,
    );
    this.#newest = new NewestRequest(database);
    this.#receiverOf = prepare(database, "SELECT receiver FROM any_postback WHERE sequence = ?");
  }

  /** The number that the next postback gets. */
  get next(): number {
    return this.#tally.counts.postback + 1;
  }

  insert(postback: PostbackMessage, event: number): number {
    const sequence = ++this.#tally.counts.postback;
    const { receiver, target, tag, redelivery, createdAt, expiresAt, method, url, headers, body } = postback;
    this.#insert.add(
      sequence,
      event,
      receiver,
      target,
      tag,
      redelivery,
      createdAt,
      expiresAt,
      method,
      url,
      headers,
      body,
    );
    return sequence;
  }

  /** Of an event that is recorded already. */
  insertLater(postback: PostbackMessage, event: number): number {
    const sequence = this.insert(postback, event);
    this.#insertLater.run(event, sequence);
    return sequence;
  }

  flush(): void {
    this.#insert.flush();
  }

  rolledBack(): void {
    this.#insert.rolledBack();
  }

  /** With the newest version of its request. */
  read(sequence: number): Row | undefined {
    const row = this.#select.get(sequence) ?? this.#selectKept.get(sequence);
    return row === undefined ? undefined : this.#newest.of(row);
  }

  /** The event's postback of which `isMeant` says so of its tag, or null. */
  findOf(event: number, isMeant: (tag: number) => boolean): number | null {
    const range = this.#range.get(event);
    if (range === undefined) return null;
    const first = integerAt(range, 0);
    for (const row of this.#tagsOf.all(first, first + integerAt(range, 1) - 1, event)) {
      if (isMeant(integerAt(row, 1))) return integerAt(row, 0);
    }
    return null;
  }

  receiverOf(sequence: number): number | null {
    const row = this.#receiverOf.get(sequence);
    return row === undefined ? null : integerAt(row, 0);
  }
}

export const endedOf = (row: Row): EndedPostback => ({ name: textAt(row, 12), createdAt: integerAt(row, 6) });

/** A postback as it goes to main: see `readPostbackRow`. Names go as what `nameOf` makes of them. */
export const pushPostbackRow = <Name extends Scalar>(flat: Flat, row: Row, nameOf: (name: number) => Name): void => {
  flat.push(
    integerAt(row, 0),
    textAt(row, 1),
    nameOf(integerAt(row, 2)),
    nameOf(integerAt(row, 3)),
    nameOf(integerAt(row, 4)),
  );
  flat.push(integerAt(row, 5), integerAt(row, 6), integerOrNullAt(row, 7));
  flat.push(textAt(row, 8), textAt(row, 9), textOrNullAt(row, 10), textOrNullAt(row, 11));
};
