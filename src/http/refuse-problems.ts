import type { PlacedProblem } from "#src/contract/document-text.ts";
import { isErrorCode } from "#src/contract/error-codes.ts";
import type { ProblemEntry } from "#src/contract/problem-document.ts";
import { type Problem, pathText } from "#src/core/problem.ts";
import { type Refusal, refuse } from "./refusal.ts";

type Told = Problem & Partial<PlacedProblem>;

/** Codes that are about the text as a whole; every other is one place of many. */
const wholeText = ["catalog.malformed", "catalog.too_large", "catalog.too_deep"];

/** Refuses what has mistakes, each told by its place; `about` says what has them, where it is not the whole that was sent. */
export const refuseProblems = (problems: readonly Told[], about = ""): Refusal => {
  const [first] = problems;
  const code =
    first !== undefined && wholeText.includes(first.code) && isErrorCode(first.code) ? first.code : "catalog.refused";
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : "";
  const line = first?.line ? `line ${first.line}: ` : "";
  const detail = `${about}${line}${first?.message ?? "there are mistakes"}${more}`;
  return refuse(code, detail, { errors: problems.map(entryOf) });
};

export const entryOf = ({ path, code, message, proposal, line }: Told): ProblemEntry => ({
  path: pathText(path),
  code,
  message,
  ...(proposal === undefined ? {} : { proposal }),
  ...(line === undefined || line === null ? {} : { line }),
});
