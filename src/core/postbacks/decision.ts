import type { AccountId, MappingId, PartnerId, RuleId } from "#src/core/ids.ts";

/**
 * Why an event does not go to an integration, in the order in which the reasons are looked at
 * (product.md, Decisions). `explain` evaluates every step; a decision names the first that applies.
 */
export const integrationSkipReasons = [
  "integration_inactive",
  "test_traffic",
  "other_configurator",
  "kind_off",
  "excluded_event",
  "not_mapped",
  "mapping_off",
  "not_attributed",
  "conversion_unknown",
  "outside_window",
  "not_granted",
  "condition_unmet",
  "sharing_filtered",
  "consent_denied",
  "no_template",
  "macro_missing",
] as const;
export type IntegrationSkipReason = (typeof integrationSkipReasons)[number];

/** Why an event does not trigger a rule, in the order in which the reasons are looked at. */
export const ruleSkipReasons = [
  "rule_inactive",
  "wrong_kind",
  "outside_schedule",
  "trigger_unmet",
  "trait_unmet",
  "shown_before",
  "sharing_filtered",
  "consent_denied",
  "macro_missing",
] as const;
export type RuleSkipReason = (typeof ruleSkipReasons)[number];

/**
 * `already_served`: a decision made again (late install, backfill) would match, but this partner has
 * been served for this event, by whichever configurator.
 */
export type SkipReason = IntegrationSkipReason | RuleSkipReason | "already_served";

/**
 * What a decision is about: one mapping of an integration, or the integration as a whole where no
 * mapping was reached (and for conversions, which need none); or a rule.
 */
export type DecisionTarget =
  | {
      readonly kind: "integration";
      readonly partnerId: PartnerId;
      readonly configurator: AccountId | null;
      readonly mappingId: MappingId | null;
    }
  | { readonly kind: "rule"; readonly ruleId: RuleId };

/**
 * The match or skip of one event for one target. `targetKey` is the target as one text
 * (`target-key.ts`), the same for a target in every catalog revision; it is what is stored. Decisions are made once per (target, outcome) when the catalog
 * is compiled and shared by all events.
 */
export type Decision = {
  readonly target: DecisionTarget;
  readonly targetKey: string;
  readonly outcome: { readonly kind: "match" } | { readonly kind: "skip"; readonly reason: SkipReason };
};
