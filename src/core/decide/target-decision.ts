import type { Decision, SkipReason } from "#src/core/decision.ts";
import type { Target } from "./terms.ts";

const matched: Decision["outcome"] = Object.freeze({ kind: "match" });

/** The one decision object of this target and outcome; made when it first comes about, and shared from then on. */
export function decisionOf(target: Target, reason: SkipReason | null): Decision {
  for (const known of target.decisions) if (reasonOf(known) === reason) return known;
  const { partner, integration } = target.terms;
  const decision: Decision = Object.freeze({
    target: Object.freeze({
      kind: "integration",
      partnerId: partner.id,
      configurator: integration.configurator,
      mappingId: target.mapping?.id ?? null,
    }),
    targetKey: target.targetKey,
    outcome: reason === null ? matched : Object.freeze({ kind: "skip", reason }),
  });
  target.decisions.push(decision);
  return decision;
}

const reasonOf = ({ outcome }: Decision): SkipReason | null => (outcome.kind === "match" ? null : outcome.reason);
