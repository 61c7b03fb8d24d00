import type { SecretWire } from "#src/contract/keys-contract.ts";

/** What is wrong with a secret that cannot be opened, and what to do. */
export const secretFaultText = (fault: NonNullable<SecretWire["fault"]>, name: string): string =>
  fault === "other_key"
    ? `sealed with another encryption key; put the key of its time back, or \`carom secrets set ${name}\` anew`
    : `its box is damaged; \`carom secrets set ${name}\` anew`;
