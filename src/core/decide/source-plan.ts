import type { Decision } from "#src/core/postbacks/decision.ts";
import type { EventFacts } from "./event-facts.ts";
import type { EventSource } from "./event-shape.ts";
import { forgetPlans, type IntegrationPlan, type Plans, type SourcePlan } from "./plans.ts";
import { firstSkip, isWorthWaiting } from "./step.ts";
import { decisionOf } from "./target-decision.ts";
import { sourceSteps, targetSteps } from "./target-steps.ts";
import type { Target } from "./terms.ts";

/** Sources of one app that are kept; beyond them all plans are forgotten, and found again as events come. */
const sourcesMax = 2_048;

export function sourcePlanFor(plans: Plans, plan: IntegrationPlan, seen: EventSource): SourcePlan {
  const rows = rowsOf(plan, seen);
  const known = rows.get(seen.mediaSource);
  if (known !== undefined) return known;
  const made = makeSourcePlan(plan, seen);
  if (plans.sources >= sourcesMax) forgetPlans(plans);
  plans.sources += 1;
  rows.set(seen.mediaSource, made);
  return made;
}

/** Whether a skip of the plan is worth deciding again once the event has an install record. */
export const restsOnRecord = ({ resting }: SourcePlan, facts: EventFacts): boolean =>
  resting.some(({ target, against }) => isWorthWaiting(against, targetSteps, { on: target, seen: facts }));

function rowsOf(plan: IntegrationPlan, { isSecondRow }: EventSource): Map<string | null, SourcePlan> {
  if (!isSecondRow) return plan.firstRows;
  plan.secondRows ??= new Map();
  return plan.secondRows;
}

function makeSourcePlan(plan: IntegrationPlan, seen: EventSource): SourcePlan {
  plan.usual ??= usualOf(plan);
  const { usual } = plan;
  const settled: SourcePlan["settled"][number][] = [];
  const open: SourcePlan["open"][number][] = [];
  const resting: SourcePlan["resting"][number][] = [];
  for (const [place, entry] of plan.entries.entries()) {
    if (!isTarget(entry)) continue;
    const against = firstSkip(sourceSteps, entry, seen);
    if (against === null) {
      open.push({ place, target: entry });
      continue;
    }
    const decision = decisionOf(entry, against.reason);
    if (decision !== usual[place]) settled.push({ place, decision });
    if (against.restsOnInstall?.(seen, entry) === true) resting.push({ target: entry, against });
  }
  return { usual, settled, open, resting };
}

const usualOf = (plan: IntegrationPlan): readonly Decision[] =>
  Object.freeze(
    plan.entries.map((entry) => {
      if (!isTarget(entry)) return entry;
      return decisionOf(entry, firstSkip(sourceSteps, entry, { ...plan, ...nobodys })?.reason ?? null);
    }),
  );

const nobodys = { mediaSource: null, isSecondRow: false };

const isTarget = (entry: Decision | Target): entry is Target => "terms" in entry;
