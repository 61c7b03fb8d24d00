import type { Target } from "./terms.ts";

const tagCharacters = 12;

/** Twelve hex digits of the target's key: short in a postback's id, and the same in every catalog revision. */
export function targetTag({ identity, terms }: Target): string {
  identity.tag ??= terms.app.hashes.sha256(identity.targetKey).slice(0, tagCharacters);
  return identity.tag;
}
