import type { Decision } from "#src/core/postbacks/decision.ts";
import type { EventShape } from "./event-shape.ts";
import { targetsOf, wholeTarget } from "./find-targets.ts";
import { integrationSteps } from "./integration-steps.ts";
import { forgetPlans, type IntegrationPlan } from "./plans.ts";
import type { AppRoutes } from "./routes.ts";
import { firstSkip, isWorthWaiting } from "./step.ts";
import { decisionOf } from "./target-decision.ts";
import type { IntegrationTerms, Target } from "./terms.ts";

/** The plan for events of this shape: found among those kept, or made. */
export function planFor(
  { plans, integrations }: Pick<AppRoutes, "plans" | "integrations">,
  seen: EventShape,
): IntegrationPlan {
  for (let plan = plans.named.get(seen.name) ?? null; plan !== null; plan = plan.next)
    if (isSameShape(plan, seen)) return plan;
  if (plans.shapes >= plans.shapesMax) forgetPlans(plans);
  const plan = makePlan(integrations, shapeOf(seen), plans.named.get(seen.name) ?? null);
  plans.shapes += 1;
  plans.named.set(seen.name, plan);
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
  return { ...shape, entries, waitsForInstall, usual: null, sources: null, next };
}
