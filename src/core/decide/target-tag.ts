import type { Hashes } from "#src/core/templates/hashes.ts";
import type { TargetIdentity } from "./app-terms.ts";

const tagCharacters = 12;

/** Twelve hex digits of the target's key: short in a postback's id, and the same in every catalog revision. */
export function targetTag(identity: Pick<TargetIdentity, "targetKey" | "tag">, hashes: Hashes): string {
  identity.tag ??= hashes.sha256(identity.targetKey).slice(0, tagCharacters);
  return identity.tag;
}
