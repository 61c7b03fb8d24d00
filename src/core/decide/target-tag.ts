import type { Target } from "./terms.ts";

const tagCharacters = 12;

/** Twelve hex digits of the target's key: short in a postback's id, and the same in every catalog revision. */
export function targetTag(target: Target): string {
  target.tag ??= target.terms.app.hashes.sha256(target.targetKey).slice(0, tagCharacters);
  return target.tag;
}
