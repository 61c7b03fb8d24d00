import { pathText } from "#src/core/check-catalog/findings.ts";
import type { Problem } from "#src/core/problem.ts";
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
