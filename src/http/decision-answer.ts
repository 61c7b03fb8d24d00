import type { DecisionWire, RecordedDecisionWire } from "#src/contract/decision-wire.ts";
import { timeText } from "#src/contract/wire-time.ts";
import type { Decision, DecisionTarget } from "#src/core/postbacks/decision.ts";
import { readTargetKey } from "#src/core/postbacks/target-key.ts";
import type { RecordedDecision } from "#src/ports/delivery-log.ts";

export const decisionAnswer = ({ target, targetKey, outcome }: Decision): DecisionWire => ({
  target: targetKey,
  ...targetAnswer(target),
  outcome: outcome.kind,
  reason: outcome.kind === "skip" ? outcome.reason : null,
});

/** Of a decision its target's key is kept, which holds everything about the target. */
export const recordedDecisionAnswer = ({
  targetKey,
  code,
  revision,
  decidedAt,
}: RecordedDecision): RecordedDecisionWire => ({
  target: targetKey,
  ...targetAnswer(readTargetKey(targetKey)),
  outcome: code === "match" ? "match" : "skip",
  reason: code === "match" ? null : code,
  revision,
  decided_at: timeText(decidedAt),
});

type TargetWire = Pick<DecisionWire, "kind" | "partner_id" | "configurator" | "mapping_id" | "rule_id">;

const targetAnswer = (target: DecisionTarget): TargetWire => {
  switch (target.kind) {
    case "integration": {
      const { kind, partnerId, configurator, mappingId } = target;
      return { kind, partner_id: partnerId, configurator, mapping_id: mappingId, rule_id: null };
    }
    case "rule":
      return { kind: target.kind, partner_id: null, configurator: null, mapping_id: null, rule_id: target.ruleId };
  }
};
