import type { DatabaseSync, SQLInputValue, SQLOutputValue, StatementSync } from "node:sqlite";
import { invariant } from "#src/core/invariant.ts";

/** A row as `returnArrays` gives it: columns by their place. */
export type Row = Record<number, SQLOutputValue>;

export const prepare = (database: DatabaseSync, sql: string): StatementSync =>
  database.prepare(sql, { returnArrays: true });

export const integerAt = (row: Row, column: number): number => {
  const value = row[column];
  invariant(typeof value === "number", "the column holds an integer");
  return value;
};

export const integerOrNullAt = (row: Row, column: number): number | null => {
  const value = row[column];
  invariant(value === null || typeof value === "number", "the column holds an integer or nothing");
  return value;
};

export const textAt = (row: Row, column: number): string => {
  const value = row[column];
  invariant(typeof value === "string", "the column holds text");
  return value;
};

export const textOrNullAt = (row: Row, column: number): string | null => {
  const value = row[column];
  invariant(value === null || typeof value === "string", "the column holds text or nothing");
  return value;
};

export const bytesAt = (row: Row, column: number): Uint8Array => {
  const value = row[column];
  invariant(value instanceof Uint8Array, "the column holds bytes");
  return value;
};

/** The first column of the only row, or null where there is no row or nothing in it. */
export const oneInteger = (statement: StatementSync, ...values: SQLInputValue[]): number | null => {
  const row = statement.get(...values);
  return row === undefined ? null : integerOrNullAt(row, 0);
};
