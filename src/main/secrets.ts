import {
  type EncryptionKey,
  type EncryptionKeys,
  forgetPreviousKeys,
  makeKey,
  rotateKeyFile,
} from "#src/adapters/system/encryption-key.ts";
import { type OpenedSecret, openSecret, sealSecret } from "#src/adapters/system/seal-secret.ts";
import type { SecretName } from "#src/core/ids.ts";
import type { SealedSecret, SecretFault, SecretStore } from "#src/ports/secret-store.ts";
import type { Sender } from "#src/ports/sender.ts";
import type { Log } from "./log.ts";

/** Named secrets between the store, which holds them sealed, and the sender, which alone gets them plain. */
export type Secrets = {
  readonly seal: (secret: { readonly name: SecretName; readonly value: string }) => string;
  /** Why a box cannot be opened by any key that there is, or null. */
  readonly fault: (sealed: Pick<SealedSecret, "name" | "box">) => SecretFault | null;
  /** Opens every box and hands the secrets to the sender: at the start, and after each change. */
  readonly handOver: () => Promise<void>;
  readonly keyId: () => string;
  /**
   * Seals with today's key what an earlier one sealed: a rotation that a crash or a restart came between. `begin` is
   * heard before the first of them. Answers how many there were.
   */
  readonly finishRotation: (begin?: () => Promise<void>) => Promise<number>;
  /** A new key, which is nowhere yet; null where the key comes from outside: it is rotated there. */
  readonly draftRotation: () => Rotation | null;
};

export type Rotation = {
  readonly keyId: string;
  readonly file: string;
  /** Puts the key in force and seals everything with it; answers how many secrets there are. */
  readonly rotate: () => Promise<number>;
};

export const openSecrets = (dependencies: {
  readonly store: SecretStore;
  readonly keys: EncryptionKeys;
  readonly sender: Pick<Sender, "setSecrets">;
  readonly log: Log;
}): Secrets => {
  const { store, sender, log } = dependencies;
  let { keys } = dependencies;

  const isAnyLeft = async (): Promise<boolean> =>
    (await store.all()).some((sealed) => openedBy(keys.previous, sealed) !== null);

  const finishRotation: Secrets["finishRotation"] = async (begin) => {
    let moved = 0;
    if (begin !== undefined && (await isAnyLeft())) await begin();
    // Whoever sets a secret meanwhile seals it with the current key: a box that changed is not one of the earlier.
    for (const sealed of await store.all()) if (await resealed(store, keys, sealed)) moved += 1;
    if (keys.previous.length === 0 || (await isAnyLeft())) return moved;
    if (keys.ownFile !== null) forgetPreviousKeys(keys.ownFile);
    keys = { ...keys, previous: [] };
    log.info({ keyId: keys.current.id, secrets: moved }, "every secret is sealed with the current encryption key");
    return moved;
  };

  const open = (sealed: Pick<SealedSecret, "name" | "box">): OpenedSecret => {
    const opened = openSecret(keys.current, sealed);
    const value = opened.kind === "opened" ? null : openedBy(keys.previous, sealed);
    return value === null ? opened : { kind: "opened", value };
  };

  return {
    fault: (sealed) => {
      const opened = open(sealed);
      return opened.kind === "opened" ? null : opened.reason;
    },
    seal: (secret) => sealSecret(keys.current, secret),
    handOver: async () => {
      const plain = new Map<SecretName, string | null>();
      for (const sealed of await store.all()) {
        const opened = open(sealed);
        plain.set(sealed.name, opened.kind === "opened" ? opened.value : null);
        // Postbacks that need it are held as `secret_missing`, which spends no attempt: the rest can go.
        if (opened.kind === "refused")
          log.error({ secretName: sealed.name, reason: opened.reason }, refusalWords[opened.reason]);
      }
      sender.setSecrets(plain);
    },
    keyId: () => keys.current.id,
    finishRotation,
    draftRotation: () => {
      const { ownFile: file } = keys;
      if (file === null) return null;
      const made = makeKey();
      const rotate = (): Promise<number> => {
        keys = rotateKeyFile(file, made);
        return finishRotation();
      };
      return { keyId: made.id, file, rotate };
    },
  };
};

const resealed = async (store: SecretStore, keys: EncryptionKeys, { name, box }: SealedSecret): Promise<boolean> => {
  const value = openedBy(keys.previous, { name, box });
  if (value === null) return false;
  return store.reseal({ name, from: box, to: sealSecret(keys.current, { name, value }) });
};

const openedBy = (
  keys: readonly EncryptionKey[],
  sealed: { readonly name: SecretName; readonly box: string },
): string | null => {
  for (const key of keys) {
    const opened = openSecret(key, sealed);
    if (opened.kind === "opened") return opened.value;
  }
  return null;
};

const refusalWords = {
  other_key: "a secret was sealed with another encryption key: start with that key, or set the secret anew",
  damaged: "a secret cannot be opened: set it anew",
} as const satisfies Readonly<Record<SecretFault, string>>;
