import type { Hashes } from "#src/core/hashes.ts";
import { type ApiKeyId, type AppId, apiKeyId } from "#src/core/ids.ts";
import type { Chance } from "#src/ports/chance.ts";
import type { Clock } from "#src/ports/clock.ts";
import type { ApiKey, ApiKeyKind, KeyStore } from "#src/ports/key-store.ts";

/** The API keys of this server, in memory: a look-up on every request may not ask the store. */
export type Keyring = {
  /** The key whose secret text this is, or null. */
  readonly find: (presented: string) => ApiKey | null;
  readonly all: () => readonly ApiKey[];
  /** Makes a key; its secret text is answered here and nowhere else. */
  readonly make: (key: NewKey) => Promise<{ readonly key: ApiKey; readonly secret: string }>;
  readonly remove: (id: ApiKeyId) => Promise<boolean>;
};

export type NewKey = { readonly kind: ApiKeyKind; readonly name: string; readonly appId: AppId | null };

const secretBytes = 32;
const idBytes = 9;
const hintLength = 6;
const prefixes = { ingest: "carom_ingest_", management: "carom_mgmt_" } as const satisfies Record<ApiKeyKind, string>;

export const openKeyring = async (dependencies: {
  readonly keys: KeyStore;
  readonly hashes: Hashes;
  readonly clock: Clock;
  readonly chance: Chance;
}): Promise<Keyring> => {
  const { keys, hashes, clock, chance } = dependencies;
  const byHash = new Map<string, ApiKey>();
  for (const key of await keys.all()) byHash.set(key.hash, key);

  return {
    find: (presented) => {
      // Found by its hash: what the time of a look-up tells is something of the hash of a guess,
      // and the secret has 256 bits of chance. The comparison is constant in time all the same.
      const hash = hashes.sha256(presented);
      const key = byHash.get(hash);
      return key !== undefined && isSameText(key.hash, hash) ? key : null;
    },
    all: () => [...byHash.values()],
    make: async ({ kind, name, appId }) => {
      const prefix = prefixes[kind];
      const random = base64Url(chance.bytes(secretBytes));
      const secret = prefix + random;
      const key: ApiKey = {
        id: apiKeyId(`key_${base64Url(chance.bytes(idBytes))}`),
        kind,
        name,
        appId,
        hash: hashes.sha256(secret),
        hint: prefix + random.slice(0, hintLength),
        createdAt: clock.now(),
      };
      await keys.add(key);
      byHash.set(key.hash, key);
      return { key, secret };
    },
    remove: async (id) => {
      for (const key of byHash.values()) if (key.id === id) byHash.delete(key.hash);
      return keys.remove(id);
    },
  };
};

const base64Url = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64url");

const isSameText = (left: string, right: string): boolean => {
  if (left.length !== right.length) return false;
  let difference = 0;
  for (let index = 0; index < left.length; index += 1) difference |= left.charCodeAt(index) ^ right.charCodeAt(index);
  return difference === 0;
};
