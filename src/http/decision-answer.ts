import type { DecisionWire, RecordedDecisionWire } from "#src/contract/decision-wire.ts";
import { timeText } from "#src/contract/wire-time.ts";
import type { Decision } from "#src/core/decision.ts";
import type { RecordedDecision } from "#src/ports/delivery-log.ts";

export const decisionAnswer = ({ target, targetKey, outcome }: Decision): DecisionWire => ({
  target: targetKey,
  kind: target.kind,
  partner_id: target.kind === "integration" ? target.partnerId : null,
  configurator: target.kind === "integration" ? target.configurator : null,
  mapping_id: target.kind === "integration" ? target.mappingId : null,
  rule_id: target.kind === "rule" ? target.ruleId : null,
  outcome: outcome.kind,
  reason: outcome.kind === "skip" ? outcome.reason : null,
});

/** Of a decision its target's key is kept, which holds everything about the target: see `core/decision.ts`. */
export const recordedDecisionAnswer = ({
  targetKey,
  code,
  revision,
  decidedAt,
}: RecordedDecision): RecordedDecisionWire => {
  const [integration = "", mapping] = targetKey.split("/");
  const [, partner = "", configurator] = integration.split(":");
  return {
    target: targetKey,
    partner_id: partner,
    configurator: configurator ?? null,
    mapping_id: mapping ?? null,
    outcome: code === "match" ? "match" : "skip",
    reason: code === "match" ? null : code,
    revision,
    decided_at: timeText(decidedAt),
  };
};
