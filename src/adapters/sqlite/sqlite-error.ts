const corrupt = 11;
const notADatabase = 26;
const busy = 5;

/** SQLite's primary result code, or null for errors that are not SQLite's. */
const sqliteCode = (error: unknown): number | null =>
  error instanceof Error && "errcode" in error && typeof error.errcode === "number" ? error.errcode & 0xff : null;

export const isBusy = (error: unknown): boolean => sqliteCode(error) === busy;

/** What is in the file is not what was written to it. */
export const isDamaged = (error: unknown): boolean => {
  const code = sqliteCode(error);
  return code === corrupt || code === notADatabase;
};
