import { readFileSync, rmSync, writeFileSync } from "node:fs";

/**
 * A file in the folder that says why `data.db` may hold copies of what was erased, in parts of pages that nothing uses. It
 * stands for as long as that is so, whether a server runs or not: until the file is written anew.
 */
export const readCompactDue = (folder: string): string | null => {
  try {
    return readFileSync(duePath(folder), "utf8").trim();
  } catch {
    return null;
  }
};

/** It is a reminder: where it cannot be written or removed, nothing else is held up. */
export const noteCompactDue = (folder: string, why: string | null): void => {
  try {
    if (why === null) rmSync(duePath(folder), { force: true });
    else writeFileSync(duePath(folder), `${why}\n`, { mode: 0o600 });
  } catch {
    // What was left is told in the answer to the erasure too, and logged.
  }
};

const duePath = (folder: string): string => `${folder}/compact-due`;
