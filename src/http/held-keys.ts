import type { ApiKeyId } from "#src/core/ids.ts";
import type { ApiKey } from "#src/ports/key-store.ts";

/** The keys of the store, in memory, found by the hash of their secret. */
export type HeldKeys = {
  readonly byHash: (hash: string) => ApiKey | null;
  readonly byId: (id: ApiKeyId) => ApiKey | null;
  readonly all: () => readonly ApiKey[];
  readonly listsOrigin: (origin: string) => boolean;
  readonly hold: (key: ApiKey) => void;
  /** In the place of the same key, where nothing but its use is another. */
  readonly holdUse: (used: ApiKey) => void;
  readonly drop: (id: ApiKeyId) => void;
};

export const openHeldKeys = (stored: readonly ApiKey[]): HeldKeys => {
  const keys = new Map(stored.map((key) => [key.hash, key]));
  /** Of all keys; made anew when it is next asked for after a change. */
  let origins: ReadonlySet<string> | null = null;
  return {
    byHash: (hash) => keys.get(hash) ?? null,
    byId: (id) => keys.values().find((key) => key.id === id) ?? null,
    all: () => [...keys.values()],
    listsOrigin: (origin) => {
      origins ??= new Set(keys.values().flatMap((key) => key.origins));
      return origins.has(origin);
    },
    hold: (key) => {
      keys.set(key.hash, key);
      origins = null;
    },
    holdUse: (used) => {
      keys.set(used.hash, used);
    },
    drop: (id) => {
      for (const key of keys.values()) if (key.id === id) keys.delete(key.hash);
      origins = null;
    },
  };
};
