import type { DatabaseSync, StatementSync } from "node:sqlite";
import { integerAt, prepare, textAt } from "./columns.ts";
import type { Flat } from "./flat.ts";
import { hashText } from "./key-hash.ts";

/** A look-up takes 13 µs where its pages are in memory, and 80 and more where one is read from a disk. */
const slowMs = 0.05;

export type FoundInstall = {
  readonly record: number;
  readonly keys: readonly string[];
  /** The same, as the row has them. */
  readonly keysText: string;
  readonly body: string;
};

/** Does so many look-ups, and pushes `body, keys` of what each found, or null; behind them how many took as long as a read of the disk. */
export const pushFound = (count: number, find: () => FoundInstall | null, answer: Flat): void => {
  let slow = 0;
  for (let done = 0; done < count; done += 1) {
    const startedAt = performance.now();
    const found = find();
    if (performance.now() - startedAt >= slowMs) slow += 1;
    if (found === null) answer.push(null);
    else answer.push(found.body, found.keysText);
  }
  answer.push(slow);
};

/** Finds install records by their keys' hashes: the record names its keys, and is looked at before it is believed. */
export class InstallFinder {
  readonly #candidates: StatementSync;

  constructor(database: DatabaseSync) {
    this.#candidates = prepare(
      database,
      "SELECT install.record, app, keys, body FROM install_key JOIN install ON install.record = install_key.record WHERE hash = ?",
    );
  }

  /** The record under the strongest key that is known, or null. */
  find(app: number, appText: string, keys: readonly string[]): FoundInstall | null {
    for (const key of keys) {
      const found = this.findUnder(app, appText, key);
      if (found !== null) return found;
    }
    return null;
  }

  findUnder(app: number, appText: string, key: string): FoundInstall | null {
    for (const row of this.#candidates.all(installKeyHash(appText, key))) {
      const keysText = textAt(row, 2);
      const keys = readKeys(keysText);
      if (integerAt(row, 1) === app && keys.includes(key)) {
        return { record: integerAt(row, 0), keys, keysText, body: textAt(row, 3) };
      }
    }
    return null;
  }
}

export const installKeyHash = (app: string, key: string): number => hashText(`${app}\n${key}`);

export const readKeys = (text: string): readonly string[] => {
  const keys: string[] = JSON.parse(text);
  return keys;
};
