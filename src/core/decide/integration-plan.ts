import type { Decision } from "#src/core/postbacks/decision.ts";
import type { EventShape } from "./event-facts.ts";
import { targetsOf, wholeTarget } from "./find-targets.ts";
import { integrationSteps } from "./integration-steps.ts";
import type { SourcePlan } from "./source-plan.ts";
import { firstSkip, isWorthWaiting } from "./step.ts";
import { decisionOf } from "./target-decision.ts";
import type { AppTerms, IntegrationTerms, Target } from "./terms.ts";

/**
 * What steps 1 to 6 say of events of one shape: for each integration, in the catalog's order, a skip,
 * or the targets that the event reaches.
 */
export type IntegrationPlan = EventShape & {
  readonly entries: readonly (Decision | Target)[];
  /** True when a skip would be worth deciding again once the event has an install record. */
  readonly waitsForInstall: boolean;
  /** By media source, those of second rows apart; see `source-plan.ts`. */
  readonly firstRows: Map<string | null, SourcePlan>;
  secondRows: Map<string | null, SourcePlan> | null;
  /** Made with the first of them. */
  usual: readonly Decision[] | null;
  /** Of another shape with the same name. */
  readonly next: IntegrationPlan | null;
};

/** Shapes of one app that are kept; beyond them all are forgotten, and found again as events come. */
const plansMax = 256;

/** The plan for events of this shape: found among those kept, or made. An app has few event names, and each has few shapes. */
export function planFor(app: AppTerms, integrations: readonly IntegrationTerms[], seen: EventShape): IntegrationPlan {
  for (let plan = app.plans.get(seen.name) ?? null; plan !== null; plan = plan.next)
    if (isSameShape(plan, seen)) return plan;
  if (app.planCount.shapes >= plansMax) forgetPlans(app);
  const plan = makePlan(integrations, shapeOf(seen), app.plans.get(seen.name) ?? null);
  app.planCount.shapes += 1;
  app.plans.set(seen.name, plan);
  return plan;
}

const shapeOf = ({ type, name, isTest, isConversion, isRejected, afPrt }: EventShape): EventShape => ({
  type,
  name,
  isTest,
  isConversion,
  isRejected,
  afPrt,
});

/** Of two with one name; `isConversion` follows from the type. */
const isSameShape = (left: EventShape, right: EventShape): boolean =>
  left.type === right.type &&
  left.isTest === right.isTest &&
  left.isRejected === right.isRejected &&
  left.afPrt === right.afPrt;

function makePlan(
  integrations: readonly IntegrationTerms[],
  shape: EventShape,
  next: IntegrationPlan | null,
): IntegrationPlan {
  const entries: (Decision | Target)[] = [];
  let waitsForInstall = false;
  for (const terms of integrations) {
    const against = firstSkip(integrationSteps, terms, shape);
    if (against === null) {
      entries.push(...targetsOf(terms, shape));
      continue;
    }
    entries.push(decisionOf(wholeTarget(terms), against.reason));
    waitsForInstall ||= isWorthWaiting(against, integrationSteps, { on: terms, seen: shape });
  }
  return { ...shape, entries, waitsForInstall, firstRows: new Map(), secondRows: null, usual: null, next };
}

export function forgetPlans({ plans, planCount }: AppTerms): void {
  plans.clear();
  planCount.shapes = 0;
  planCount.sources = 0;
}
