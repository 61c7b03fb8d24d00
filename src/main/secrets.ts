import type { EncryptionKey } from "#src/adapters/system/encryption-key.ts";
import { openSecret, sealSecret } from "#src/adapters/system/seal-secret.ts";
import type { SecretName } from "#src/core/ids.ts";
import type { SecretStore } from "#src/ports/secret-store.ts";
import type { Sender } from "#src/ports/sender.ts";
import type { Log } from "./log.ts";

/** Named secrets between the store, which holds them sealed, and the sender, which alone gets them plain. */
export type Secrets = {
  readonly seal: (secret: { readonly name: SecretName; readonly value: string }) => string;
  /** Opens every box and hands the secrets to the sender: at the start, and after each change. */
  readonly handOver: () => Promise<void>;
};

export const openSecrets = (dependencies: {
  readonly store: SecretStore;
  readonly key: EncryptionKey;
  readonly sender: Pick<Sender, "setSecrets">;
  readonly log: Log;
}): Secrets => {
  const { store, key, sender, log } = dependencies;
  return {
    seal: (secret) => sealSecret(key, secret),
    handOver: async () => {
      const plain = new Map<SecretName, string>();
      for (const sealed of await store.all()) {
        const opened = openSecret(key, sealed);
        if (opened.kind === "opened") plain.set(sealed.name, opened.value);
        // Postbacks that need it are held as `secret_missing`, which spends no attempt: the rest can go.
        else log.error({ secretName: sealed.name, reason: opened.reason }, refusalWords[opened.reason]);
      }
      sender.setSecrets(plain);
    },
  };
};

const refusalWords = {
  other_key: "a secret was sealed with another encryption key: start with that key, or set the secret anew",
  damaged: "a secret cannot be opened: set it anew",
} as const;
