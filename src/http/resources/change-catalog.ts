import { movedProblem } from "#src/contract/moved-problem.ts";
import type { Catalog } from "#src/core/catalog/catalog.ts";
import type { PartAddress } from "#src/core/catalog/catalog-part.ts";
import { partOfPath } from "#src/core/catalog/part-path.ts";
import type { CompiledCatalog } from "#src/core/compile/compiled-catalog.ts";
import type { PartKey } from "#src/core/ids.ts";
import { type Problem, pathText } from "#src/core/problem.ts";
import type { CatalogChange, Edited } from "#src/engine/operate/catalog-change.ts";
import type { Caller } from "#src/http/caller.ts";
import { othersProblem } from "#src/http/catalog-part.ts";
import type { HttpDependencies } from "#src/http/http-dependencies.ts";
import { type Refusal, refuse } from "#src/http/refusal.ts";
import { refuseProblems } from "#src/http/refuse-problems.ts";
import { accessTo } from "./may-change.ts";

export type Changed = Extract<CatalogChange, { readonly kind: "changed" }>;

export type ChangeOrder = {
  readonly caller: Caller;
  readonly dryRun: boolean;
  readonly cancelsWaiting: boolean;
  readonly edit: (before: CompiledCatalog) => Edited | Refusal;
  /** Where a part stands in what was sent; null for one that does not. */
  readonly placeOf: (key: PartKey) => Problem["path"] | null;
  /** What to do where something else refers to what would be removed. */
  readonly inUseHint?: string;
};

/** Makes a change at its turn, or says why not in the words of what was sent. */
export const changeCatalog = async (
  { engine }: Pick<HttpDependencies, "engine">,
  { caller, dryRun, cancelsWaiting, edit, placeOf, inUseHint = "" }: ChangeOrder,
): Promise<Changed | Refusal> => {
  // What a change leaves alone is the same before it and after.
  const maySee = (problem: Problem, catalog: Catalog): boolean => {
    const found = partOfPath(catalog, problem.path);
    return found === null || placeOf(found.key) !== null || seesPart(caller, engine.catalog.current(), found.address);
  };
  const change = await engine.catalog.edit<Refusal>({
    edit: (before) => {
      const edited = edit(before);
      return edited.kind === "refusal" ? { kind: "no", no: edited } : edited;
    },
    by: caller.name,
    account: caller.accountId,
    dryRun,
    cancelsWaiting,
  });
  switch (change.kind) {
    case "changed":
      return change;
    case "no":
      return change.no;
    case "refused":
      return refuseMoved(
        change.problems.map((problem) => ({
          moved: movedProblem(problem, change.catalog, placeOf),
          isSeen: maySee(problem, change.catalog),
        })),
        inUseHint,
      );
    case "lost_race":
      return refuse("resource.lost_race", "another change came first; read it again and change it anew");
    case "waiting": {
      const waiting = change.cancels.reduce((sum, one) => sum + one.waiting, 0);
      const reasons = [...new Set(change.cancels.map(({ reason }) => reason))].join(", ");
      return refuse(
        "resource.waiting",
        `${waiting} postback${waiting === 1 ? " waits" : "s wait"} for what would be removed, and would be cancelled (${reasons}); send cancel_waiting=true to do so`,
      );
    }
  }
};

const seesPart = (caller: Caller, catalog: CompiledCatalog, address: PartAddress): boolean =>
  accessTo(caller, catalog, address) !== "none";

type Moved = { readonly moved: Problem; readonly isSeen: boolean };

/** All that is wrong stands elsewhere, and misses what was taken away: it is in use. Whose others' parts are is not told. */
const refuseMoved = (problems: readonly Moved[], hint: string): Refusal => {
  const isInUse = problems.every(
    ({ moved: { path, code } }) => code === "catalog.unknown_reference" && String(path[0] ?? "").includes("/"),
  );
  const told = new Set(
    problems.map(({ moved, isSeen }) => (isSeen ? (isInUse ? asReference(moved) : moved) : othersProblem)),
  );
  const refusal = refuseProblems([...told]);
  return isInUse ? { ...refusal, code: "resource.in_use", detail: `it is in use: ${refusal.detail}${hint}` } : refusal;
};

/** To whoever takes something out it is no help that it could be added. */
const asReference = ({ path, code }: Problem): Problem => ({
  path,
  code,
  message: `${pathText(path)} refers to it; remove or change that first`,
});
