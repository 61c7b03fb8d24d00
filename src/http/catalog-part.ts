import type { Catalog } from "#src/core/catalog/catalog.ts";
import { mergeCatalogs } from "#src/core/catalog/merge-catalogs.ts";
import { partOfPath } from "#src/core/catalog/part-path.ts";
import { type MergedPart, mergeOwnPart, ownPartOf } from "#src/core/permissions/own-part.ts";
import { isAtLeast } from "#src/core/permissions/role.ts";
import type { Problem } from "#src/core/problem.ts";
import type { Caller } from "./caller.ts";
import type { Scope } from "./scope.ts";

/** The catalog as the caller reads and writes it: an operator the whole, everybody else what is their account's. */
export const writtenPartOf = (catalog: Catalog, { isOperator, accountId }: Scope): Catalog =>
  isOperator ? catalog : ownPartOf(catalog, accountId);

/** What the whole becomes with the part that the caller has written. */
export const wholeOf = (
  current: Catalog,
  part: Catalog,
  { scope, caller, prune }: { readonly scope: Scope; readonly caller: Caller; readonly prune: boolean },
): MergedPart => {
  if (scope.isOperator) return { kind: "merged", catalog: mergeCatalogs(current, part, { prune }) };
  const mayGrant = caller.role !== null && isAtLeast(caller.role, "admin");
  return mergeOwnPart(current, part, { accountId: scope.accountId, mayGrant, prune });
};

/** Whether a problem of a catalog is about what the caller reads and writes. */
export const isOfPart = (scope: Scope, { path }: Problem, catalog: Catalog): boolean => {
  if (scope.isOperator) return true;
  const [list, index] = path;
  if (partOfPath(catalog, path) === null || typeof index !== "number") return false;
  const owned = list === "apps" ? catalog.apps[index] : list === "partners" ? catalog.partners[index] : undefined;
  return owned?.accountId === scope.accountId;
};

/** What of others stands in the way is not told. */
export const othersProblem: Problem = {
  path: [],
  code: "catalog.in_use",
  message: "something that is taken out or changed is in use by apps of other accounts; the operator can tell which",
};
