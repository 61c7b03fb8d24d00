import type { App } from "#src/core/catalog/catalog.ts";
import type { PostbackRule, RuleCondition } from "#src/core/catalog/postback-rule.ts";
import { addNew, type Findings } from "#src/core/check-catalog/findings.ts";
import type { AppTerms } from "#src/core/decide/app-terms.ts";
import { operatorTest } from "#src/core/decide/rule-operator.ts";
import { type ReadProperty, readTraitProperty, readTriggerProperty } from "#src/core/decide/rule-property.ts";
import { compileSchedule } from "#src/core/decide/rule-schedule.ts";
import type { RuleTerms, RuleTest } from "#src/core/decide/rule-terms.ts";
import type { AppId } from "#src/core/ids.ts";
import type { Receiver } from "#src/core/postbacks/receiver.ts";
import { ruleReceiverId, targetKeyOf } from "#src/core/postbacks/target-key.ts";
import { withSecretOwner } from "#src/core/templates/secret-owner.ts";
import type { CompiledTemplate } from "#src/core/templates/template.ts";
import { scopeOfRule } from "#src/core/templates/template-scope.ts";
import type { TemplateCompiler } from "./compile-template-tables.ts";

/** The request of every rule of an app, parallel to them; one that is refused has none. `appIndex` is the app's place in the catalog. */
export const compileRuleTemplates = (
  app: App,
  appIndex: number,
  { compile, means, findings }: TemplateCompiler & { readonly findings: Findings },
): readonly (CompiledTemplate | null)[] =>
  app.rules.map((rule, index) => {
    const path = ["apps", appIndex, "rules", index, "template"];
    const compilation = compile(rule.request, {
      path,
      scope: scopeOfRule(rule),
      parameters: {},
      signing: null,
      hashes: means.hashes,
    });
    if (compilation.kind === "refused") {
      addNew(findings.problems, compilation.problems);
      return null;
    }
    addNew(findings.warnings, compilation.warnings);
    return withSecretOwner(compilation.template, app.accountId);
  });

export const ruleReceiver = (app: AppId, rule: PostbackRule): Receiver => ({
  id: ruleReceiverId(app, rule.id),
  appId: app,
  partnerId: null,
  ruleId: rule.id,
  limits: rule.limits,
  success: rule.success,
  retryPolicy: rule.retryPolicy,
  expiresAfterMs: rule.expiresAfterMs,
  idHeaders: ruleIdHeaders,
});

const ruleIdHeaders = { postbackId: "carom-postback-id", attempt: "carom-attempt" } as const;

/** The rules of an app, each with its template. */
export function ruleTermsOf(
  app: AppTerms,
  {
    templates,
    receivers,
  }: {
    readonly templates: readonly (CompiledTemplate | null)[];
    /** In the order of the rules. */
    readonly receivers: readonly Receiver[];
  },
): readonly RuleTerms[] {
  return app.app.rules.flatMap((rule, index) => {
    const template = templates[index] ?? null;
    const receiver = receivers[index];
    return template === null || receiver === undefined ? [] : [ruleTerms(app, { rule, template, receiver })];
  });
}

type RulePlace = Pick<RuleTerms, "rule" | "template" | "receiver">;

function ruleTerms(app: AppTerms, place: RulePlace): RuleTerms {
  const target = Object.freeze({ kind: "rule", ruleId: place.rule.id });
  const { when } = place.rule;
  const isCustom = when.style === "custom";
  return {
    ...place,
    app,
    identity: { target, targetKey: targetKeyOf(target), tag: null, match: null, skips: [] },
    // It is the app's own postback: what it shares is what its template names.
    sharing: "values_and_revenue",
    parameters: {},
    partnerEvent: null,
    currency: null,
    triggers: isCustom ? testsOf(when.triggers, readTriggerProperty) : [],
    traits: isCustom ? testsOf(when.traits, readTraitProperty) : [],
    isWithinSchedule: compileSchedule(isCustom ? when.schedule : null),
  };
}

const testsOf = (conditions: readonly RuleCondition[], read: ReadProperty): readonly RuleTest[] =>
  conditions.map((condition) => ({
    condition,
    read: (facts) => read(facts, condition.key),
    accepts: operatorTest(condition.matches, condition.values),
  }));
