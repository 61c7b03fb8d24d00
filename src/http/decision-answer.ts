import type { DecisionWire } from "#src/contract/decision-wire.ts";
import type { Decision } from "#src/core/decision.ts";

export const decisionAnswer = ({ target, targetKey, outcome }: Decision): DecisionWire => ({
  target: targetKey,
  partner_id: target.partnerId,
  configurator: target.configurator,
  mapping_id: target.mappingId,
  outcome: outcome.kind,
  reason: outcome.kind === "skip" ? outcome.reason : null,
});
