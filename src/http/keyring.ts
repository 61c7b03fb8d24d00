import { type ApiKeyId, apiKeyId } from "#src/core/ids.ts";
import type { Hashes } from "#src/core/templates/hashes.ts";
import type { Act } from "#src/ports/audit-trail.ts";
import type { Chance } from "#src/ports/chance.ts";
import type { Clock } from "#src/ports/clock.ts";
import type { ApiKey, ApiKeyKind, KeyStore } from "#src/ports/key-store.ts";

/** The API keys of this server, in memory: a look-up on every request may not ask the store. */
export type Keyring = {
  /** The key whose secret text this is. One that was found counts as used. */
  readonly find: (presented: string) => FoundKey;
  readonly read: (id: ApiKeyId) => ApiKey | null;
  readonly all: () => readonly ApiKey[];
  /** Whether any key lists this web origin. */
  readonly listsOrigin: (origin: string) => boolean;
  /** Makes a key; its secret text is answered here and nowhere else. */
  readonly make: (key: NewKey, tell?: TellKey) => Promise<MadeKey>;
  /** Makes a key like another but for its end; the other goes on for `overlapMs` and then ends. Null where there is none. */
  readonly rotate: (id: ApiKeyId, terms: Rotation) => Promise<(MadeKey & { readonly old: ApiKey }) | null>;
  readonly remove: (id: ApiKeyId, acts?: readonly Act[]) => Promise<boolean>;
};

/** What is written with the key that was made of it. */
type TellKey = (made: ApiKey) => readonly Act[];

export type FoundKey = { readonly kind: "key"; readonly key: ApiKey } | { readonly kind: "unknown" | "expired" };
export type MadeKey = { readonly key: ApiKey; readonly secret: string };
/** What somebody decides about a key; the rest comes of its making. */
export type NewKey = Omit<ApiKey, "id" | "firstId" | "hash" | "hint" | "createdAt" | "lastUsedAt">;

type Rotation = {
  readonly overlapMs: number;
  readonly expiresAt: number | null;
  readonly tell?: (rotated: { readonly made: ApiKey; readonly old: ApiKey }) => readonly Act[];
};

const secretBytes = 32;
const idBytes = 9;
const hintLength = 6;
const hourMs = 3_600_000;
const prefixes = {
  ingest: "carom_ingest_",
  export: "carom_export_",
  management: "carom_mgmt_",
} as const satisfies Record<ApiKeyKind, string>;

export const openKeyring = async (dependencies: {
  readonly keys: KeyStore;
  readonly hashes: Hashes;
  readonly clock: Clock;
  readonly chance: Chance;
}): Promise<Keyring> => {
  const { keys, hashes, clock } = dependencies;
  const byHash = new Map<string, ApiKey>();
  for (const key of await keys.all()) byHash.set(key.hash, key);
  /** Of all keys; made anew when it is next asked for after a change. */
  let origins: ReadonlySet<string> | null = null;
  const read = (id: ApiKeyId): ApiKey | null => byHash.values().find((key) => key.id === id) ?? null;

  const hold = (key: ApiKey): void => {
    byHash.set(key.hash, key);
    origins = null;
  };

  /** To the hour, so that a busy key costs the store a row an hour. When a crash forgets it, the next use tells again. */
  const noteUse = (key: ApiKey): void => {
    const hour = Math.floor(clock.now() / hourMs) * hourMs;
    if (key.lastUsedAt !== null && key.lastUsedAt >= hour) return;
    const used = { ...key, lastUsedAt: hour };
    byHash.set(key.hash, used);
    keys.noteUse(key.id, hour).catch(() => {
      if (byHash.get(key.hash) === used) byHash.set(key.hash, key);
    });
  };

  let last: Promise<unknown> = Promise.resolve();
  /** Rotations and removals are decided one after the other: a key that goes meanwhile does not come back. */
  const inTurn = <Answer>(act: () => Promise<Answer>): Promise<Answer> => {
    const turn = last.then(act);
    last = turn.catch(() => {});
    return turn;
  };

  return {
    find: (presented) => {
      // Found by its hash: what the time of a look-up tells is something of the hash of a guess,
      // and the secret has 256 bits of chance. The comparison is constant in time all the same.
      const hash = hashes.sha256(presented);
      const key = byHash.get(hash);
      if (key === undefined || !isSameText(key.hash, hash)) return { kind: "unknown" };
      if (key.expiresAt !== null && key.expiresAt <= clock.now()) return { kind: "expired" };
      noteUse(key);
      return { kind: "key", key };
    },
    read,
    all: () => [...byHash.values()],
    listsOrigin: (origin) => {
      origins ??= new Set(byHash.values().flatMap((key) => key.origins));
      return origins.has(origin);
    },
    make: async (wanted, tell) => {
      const made = newKey(wanted, dependencies);
      await keys.add(made.key, tell?.(made.key));
      hold(made.key);
      return made;
    },
    rotate: (id, { overlapMs, expiresAt, tell }) =>
      inTurn(async () => {
        const before = read(id);
        if (before === null) return null;
        const { secret, key: fresh } = newKey({ ...before, expiresAt }, dependencies);
        const made = { secret, key: { ...fresh, firstId: before.firstId } };
        const endsAt = clock.now() + overlapMs;
        const old = { ...before, expiresAt: Math.min(endsAt, before.expiresAt ?? endsAt) };
        await keys.rotate({ made: made.key, old }, tell?.({ made: made.key, old }));
        hold(made.key);
        // It may have been used meanwhile.
        hold({ ...(read(id) ?? old), expiresAt: old.expiresAt });
        return { ...made, old };
      }),
    remove: (id, acts) =>
      inTurn(async () => {
        const isRemoved = await keys.remove(id, acts);
        for (const key of byHash.values()) if (key.id === id) byHash.delete(key.hash);
        origins = null;
        return isRemoved;
      }),
  };
};

const newKey = (
  wanted: NewKey,
  { hashes, clock, chance }: { readonly hashes: Hashes; readonly clock: Clock; readonly chance: Chance },
): MadeKey => {
  const prefix = prefixes[wanted.kind];
  const random = base64Url(chance.bytes(secretBytes));
  const secret = prefix + random;
  const id = apiKeyId(`key_${base64Url(chance.bytes(idBytes))}`);
  const key: ApiKey = {
    ...wanted,
    id,
    firstId: id,
    hash: hashes.sha256(secret),
    hint: prefix + random.slice(0, hintLength),
    createdAt: clock.now(),
    lastUsedAt: null,
  };
  return { key, secret };
};

const base64Url = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64url");

const isSameText = (left: string, right: string): boolean => {
  if (left.length !== right.length) return false;
  let difference = 0;
  for (let index = 0; index < left.length; index += 1) difference |= left.charCodeAt(index) ^ right.charCodeAt(index);
  return difference === 0;
};
