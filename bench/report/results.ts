import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import type { Figure } from "../row.ts";

/** What one run of one row gave. */
export type RowResult = {
  readonly name: string;
  readonly title: string;
  readonly work: string;
  /** A quick run has fewer and shorter rounds. */
  readonly isQuick: boolean;
  readonly measuredAt: string;
  readonly seconds: number;
  /** Load of the machine in the minute before and in the last one. */
  readonly load: { readonly before: number; readonly after: number };
  readonly machine: string;
  readonly figures: readonly Figure[];
  readonly notes: readonly string[];
};

const folder = new URL("../results/", import.meta.url);

/** The last result of a row takes the place of the one before. */
export const keepResult = (result: RowResult): void => {
  mkdirSync(folder, { recursive: true });
  writeFileSync(fileOf(result.name), `${JSON.stringify(result, null, 2)}\n`);
};

/** Null for a row that was not measured yet. */
export const readResult = (name: string): RowResult | null => {
  const file = fileOf(name);
  if (!existsSync(file)) return null;
  const result: RowResult = JSON.parse(readFileSync(file, "utf8"));
  return result;
};

const fileOf = (name: string): URL => new URL(`${name}.json`, folder);
