import { type Problem, pathText, problemsMax } from "#src/core/problem.ts";

type Path = Problem["path"];

/** What a check of the catalog has found so far. Problems refuse it; warnings go with it. */
export type Findings = { readonly problems: Problem[]; readonly warnings: Problem[] };

export const newFindings = (): Findings => ({ problems: [], warnings: [] });

/** The codes that `core/` gives to mistakes in a catalog; those of templates are their own. */
export type CatalogCode =
  | "catalog.duplicate_id"
  | "catalog.unknown_reference"
  | "catalog.unknown_field"
  | "catalog.missing"
  | "catalog.value"
  | "catalog.too_many";
export type CatalogWarning =
  | "catalog.grant_missing"
  | "catalog.mapping_doubled"
  | "catalog.mapping_unused"
  | "catalog.names_unused"
  | "catalog.sending_unused";

export function refuse(findings: Findings, code: CatalogCode, at: { path: Path; message: string }): void {
  add(findings.problems, { path: at.path, code, message: `${pathText(at.path)}: ${at.message}` });
}

export function warn(findings: Findings, code: CatalogWarning, at: { path: Path; message: string }): void {
  add(findings.warnings, { path: at.path, code, message: `${pathText(at.path)}: ${at.message}` });
}

function add(known: Problem[], found: Problem): void {
  if (known.length < problemsMax) known.push(found);
}

export function addFindings(known: Findings, found: Findings): void {
  addNew(known.problems, found.problems);
  addNew(known.warnings, found.warnings);
}

/**
 * A template that is wrong for one set of parameters is mostly wrong for all: each mistake is told once. What is known to be
 * missing is not told again by the template that would read it.
 */
export function addNew(known: Problem[], found: readonly Problem[]): void {
  for (const problem of found) {
    if (known.length >= problemsMax) return;
    const isKnown = ({ code, message, path }: Problem): boolean =>
      (message === problem.message || code === "catalog.missing") &&
      path.length === problem.path.length &&
      path.every((step, at) => step === problem.path[at]);
    if (!known.some(isKnown)) known.push(problem);
  }
}

/** Refuses every element whose key an earlier one has. `path` is where the list stands, `member` what holds the key, null where the element is one. */
export function refuseDoubles(
  findings: Findings,
  keys: readonly string[],
  at: { readonly path: Path; readonly member: string | null; readonly hint?: string },
): void {
  const seen = new Map<string, number>();
  for (const [index, key] of keys.entries()) {
    const first = seen.get(key);
    if (first === undefined) seen.set(key, index);
    else {
      const path = at.member === null ? [...at.path, index] : [...at.path, index, at.member];
      refuse(findings, "catalog.duplicate_id", {
        path,
        message: `${pathText([...at.path, first])} is the same${at.hint ?? ""}`,
      });
    }
  }
}

/** Ids stand in keys and addresses, parted by `:` and `/`, and in files, which keep no half of a surrogate pair. */
const idPattern = /^[^\s:/\p{Cc}\p{Cs}]{1,128}$/u;

export function checkId(findings: Findings, id: string, path: Path): void {
  if (idPattern.test(id)) return;
  const message = "write 1 to 128 characters without blanks, colons and slashes";
  refuse(findings, "catalog.value", { path, message });
}
