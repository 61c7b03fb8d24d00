const corrupt = 11;
const notADatabase = 26;
const busy = 5;

/** SQLite's primary result code, or null for errors that are not SQLite's. */
const sqliteCode = (error: unknown): number | null =>
  error instanceof Error && "errcode" in error && typeof error.errcode === "number" ? error.errcode & 0xff : null;

export const isBusy = (error: unknown): boolean => sqliteCode(error) === busy;

/** Rows that SQLite reads well, and whose bytes are not what was written. */
export class DamagedRow extends Error {}

/** What is in the file is not what was written to it. */
export const isDamaged = (error: unknown): boolean => {
  if (error instanceof DamagedRow) return true;
  const code = sqliteCode(error);
  return code === corrupt || code === notADatabase;
};
