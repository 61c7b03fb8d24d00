import type { SecretName } from "#src/core/ids.ts";
import type { Act } from "./audit-trail.ts";

/** Named secrets as sealed boxes (AES-256-GCM, sealed by `adapters/system`); the store never sees a plain one. */
export type SealedSecret = { readonly name: SecretName; readonly box: string; readonly updatedAt: number };

/** `other_key`: sealed with a key that is not there. `damaged`: it is no box, or not the one of this secret. */
export type SecretFault = "other_key" | "damaged";

export type SecretStore = {
  readonly all: () => Promise<readonly SealedSecret[]>;
  readonly put: (secret: SealedSecret, acts?: readonly Act[]) => Promise<void>;
  /** Puts another box in the place of this very one; answers false, and changes nothing, where it is another by now. */
  readonly reseal: (change: {
    readonly name: SecretName;
    readonly from: string;
    readonly to: string;
  }) => Promise<boolean>;
  /** Answers false when there was none. */
  readonly remove: (name: SecretName, acts?: readonly Act[]) => Promise<boolean>;
};
