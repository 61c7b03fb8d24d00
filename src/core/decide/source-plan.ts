import { invariant } from "#src/core/invariant.ts";
import type { Decision } from "#src/core/postbacks/decision.ts";
import type { EventFacts } from "./event-facts.ts";
import type { EventSource } from "./event-shape.ts";
import type { IntegrationPlan, SourcePlan, SourceTable } from "./plans.ts";
import { isTarget, type SourceTables, sourceTableFor } from "./source-tables.ts";
import { firstSkip, isWorthWaiting } from "./step.ts";
import { decisionOf } from "./target-decision.ts";
import { sourceSteps, targetSteps } from "./target-steps.ts";
import type { Target } from "./terms.ts";

export function sourcePlanFor(tables: SourceTables, plan: IntegrationPlan, seen: EventSource): SourcePlan {
  plan.sources ??= sourceTableFor(tables, plan);
  return planIn(plan.sources, plan, seen);
}

function planIn(table: SourceTable, plan: IntegrationPlan, seen: EventSource): SourcePlan {
  const rows = seen.isSecondRow ? table.secondRows : table.firstRows;
  if (seen.mediaSource === null) {
    rows.untold ??= makeSourcePlan(plan, seen);
    return rows.untold;
  }
  const known = rows.named.get(seen.mediaSource);
  if (known === undefined) {
    rows.unnamed ??= makeSourcePlan(plan, seen);
    return rows.unnamed;
  }
  if (known !== null) return known;
  const made = makeSourcePlan(plan, seen);
  rows.named.set(seen.mediaSource, made);
  return made;
}

/** The plan's list of what is usual, made when first asked for. */
export function usualOf(plan: IntegrationPlan): readonly Decision[] {
  plan.usual ??= Object.freeze(
    plan.entries.map((entry) => {
      if (!isTarget(entry)) return entry;
      return decisionOf(entry, firstSkip(sourceSteps, entry, { ...plan, ...nobodys })?.reason ?? null);
    }),
  );
  return plan.usual;
}

/** Whether a skip of the plan is worth deciding again once the event has an install record. */
export const restsOnRecord = ({ resting }: SourcePlan, plan: IntegrationPlan, facts: EventFacts): boolean =>
  resting.some(({ place, against }) =>
    isWorthWaiting(against, targetSteps, { on: targetAt(plan, place), seen: facts }),
  );

export function targetAt({ entries }: IntegrationPlan, place: number): Target {
  const entry = entries[place];
  invariant(entry !== undefined && isTarget(entry), "plans that share a table have targets at the same places");
  return entry;
}

function makeSourcePlan(plan: IntegrationPlan, seen: EventSource): SourcePlan {
  const usual = usualOf(plan);
  const settled: SourcePlan["settled"][number][] = [];
  const open: number[] = [];
  const resting: SourcePlan["resting"][number][] = [];
  for (const [place, entry] of plan.entries.entries()) {
    if (!isTarget(entry)) continue;
    const against = firstSkip(sourceSteps, entry, seen);
    if (against === null) {
      open.push(place);
      continue;
    }
    const skipped = { place, against };
    if (decisionOf(entry, against.reason) !== usual[place]) settled.push(skipped);
    if (against.restsOnInstall?.(seen, entry) === true) resting.push(skipped);
  }
  return { settled, open, resting };
}

const nobodys = { mediaSource: null, isSecondRow: false };
