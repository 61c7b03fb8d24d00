import { type Problem, pathText } from "#src/core/problem.ts";
import type { ImportCode } from "./error-codes.ts";
import type { ProblemEntry } from "./problem-document.ts";

/** What an import could not take as it stands; `path` is the place in the file that is imported. */
export type ImportFinding = { readonly path: Problem["path"]; readonly code: ImportCode; readonly message: string };

export const importFinding = (path: Problem["path"], code: ImportCode, message: string): ImportFinding => ({
  path,
  code,
  message: `${pathText(path)}: ${message}`,
});

export const findingEntry = ({ path, code, message }: Problem): ProblemEntry => ({
  path: pathText(path),
  code,
  message,
});

/** An answer has an end too: of a file with more mistakes than any that was ever made, the first are told. */
const entriesMax = 2000;

export const findingEntries = (findings: readonly Problem[]): ProblemEntry[] => {
  const entries = findings.slice(0, entriesMax).map(findingEntry);
  const more = findings.length - entriesMax;
  if (more <= 0) return entries;
  return [...entries, { path: "", code: "import.more", message: `and ${more} more, which are not told one by one` }];
};
