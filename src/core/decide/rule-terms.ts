import type { PostbackRule, RuleCondition } from "#src/core/catalog/postback-rule.ts";
import type { Receiver } from "#src/core/postbacks/receiver.ts";
import type { CompiledTemplate } from "#src/core/templates/template.ts";
import type { AppTerms } from "./app-terms.ts";
import type { EventFacts } from "./event-facts.ts";
import { appPath } from "./setting-paths.ts";
import type { RenderTerms } from "./terms.ts";
import type { DecisionInputs } from "./verdict.ts";

/** One rule of an app with everything that deciding and rendering need of it. */
export type RuleTerms = RenderTerms & {
  readonly app: AppTerms;
  readonly rule: PostbackRule;
  readonly receiver: Receiver;
  readonly template: CompiledTemplate;
  readonly triggers: readonly RuleTest[];
  readonly traits: readonly RuleTest[];
  readonly isWithinSchedule: (at: number) => boolean;
};

/** A trigger or trait, ready to be asked. */
export type RuleTest = {
  readonly condition: RuleCondition;
  readonly read: (facts: EventFacts) => string | null;
  readonly accepts: (value: string | null) => boolean;
};

/** What the steps of a rule look at. */
export type RuleSight = { readonly facts: EventFacts; readonly inputs: DecisionInputs };

/** Where the settings of a rule stand. */
export const rulePath = ({ app, rule }: RuleTerms): string => `${appPath(app)}.rules[${rule.id}]`;
