import type { Decision, SkipReason } from "#src/core/postbacks/decision.ts";
import type { RenderTerms } from "./terms.ts";

const matched: Decision["outcome"] = Object.freeze({ kind: "match" });

/** The one decision object of this target and outcome; made when it first comes about, and shared from then on. */
export function decisionOf({ identity }: Pick<RenderTerms, "identity">, reason: SkipReason | null): Decision {
  const { target, targetKey } = identity;
  if (reason === null) {
    identity.match ??= Object.freeze({ target, targetKey, outcome: matched });
    return identity.match;
  }
  for (const known of identity.skips) if (reasonOf(known) === reason) return known;
  const outcome: Decision["outcome"] = Object.freeze({ kind: "skip", reason });
  const decision: Decision = Object.freeze({ target, targetKey, outcome });
  identity.skips.push(decision);
  return decision;
}

const reasonOf = ({ outcome }: Decision): SkipReason | null => (outcome.kind === "match" ? null : outcome.reason);
