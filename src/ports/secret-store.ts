import type { SecretName } from "#src/core/ids.ts";

/** Named secrets as sealed boxes (AES-256-GCM, sealed by `adapters/system`); the store never sees a plain one. */
export type SealedSecret = { readonly name: SecretName; readonly box: string; readonly updatedAt: number };

export type SecretStore = {
  readonly all: () => Promise<readonly SealedSecret[]>;
  readonly put: (secret: SealedSecret) => Promise<void>;
  readonly remove: (name: SecretName) => Promise<boolean>;
};
