import { type ApiKeyId, apiKeyId } from "#src/core/ids.ts";
import type { Hashes } from "#src/core/templates/hashes.ts";
import type { Act } from "#src/ports/audit-trail.ts";
import type { Chance } from "#src/ports/chance.ts";
import type { Clock } from "#src/ports/clock.ts";
import type { ApiKey, ApiKeyKind, KeyStore } from "#src/ports/key-store.ts";
import { type HeldKeys, openHeldKeys } from "./held-keys.ts";

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

type Parts = {
  readonly keys: KeyStore;
  readonly hashes: Hashes;
  readonly clock: Clock;
  readonly chance: Chance;
};

export const openKeyring = async (parts: Parts): Promise<Keyring> => {
  const { keys, hashes, clock } = parts;
  const held = openHeldKeys(await keys.all());
  const noteUse = useNoter(parts, held);
  const inTurn = takeTurns();
  return {
    find: (presented) => {
      // Found by its hash: what the time of a look-up tells is something of the hash of a guess,
      // and the secret has 256 bits of chance. The comparison is constant in time all the same.
      const hash = hashes.sha256(presented);
      const key = held.byHash(hash);
      if (key === null || !isSameText(key.hash, hash)) return { kind: "unknown" };
      if (key.expiresAt !== null && key.expiresAt <= clock.now()) return { kind: "expired" };
      noteUse(key);
      return { kind: "key", key };
    },
    read: held.byId,
    all: held.all,
    listsOrigin: held.listsOrigin,
    make: async (wanted, tell) => {
      const made = newKey(wanted, parts);
      await keys.add(made.key, tell?.(made.key));
      held.hold(made.key);
      return made;
    },
    rotate: (id, { overlapMs, expiresAt, tell }) =>
      inTurn(async () => {
        const before = held.byId(id);
        if (before === null) return null;
        const { secret, key: fresh } = newKey({ ...before, expiresAt }, parts);
        const made = { secret, key: { ...fresh, firstId: before.firstId } };
        const endsAt = clock.now() + overlapMs;
        const old = { ...before, expiresAt: Math.min(endsAt, before.expiresAt ?? endsAt) };
        await keys.rotate({ made: made.key, old }, tell?.({ made: made.key, old }));
        held.hold(made.key);
        // It may have been used meanwhile.
        held.hold({ ...(held.byId(id) ?? old), expiresAt: old.expiresAt });
        return { ...made, old };
      }),
    remove: (id, acts) =>
      inTurn(async () => {
        const isRemoved = await keys.remove(id, acts);
        held.drop(id);
        return isRemoved;
      }),
  };
};

/** To the hour, so that a busy key costs the store a row an hour. When a crash forgets it, the next use tells again. */
const useNoter =
  ({ keys, clock }: Parts, held: HeldKeys) =>
  (key: ApiKey): void => {
    const hour = Math.floor(clock.now() / hourMs) * hourMs;
    if (key.lastUsedAt !== null && key.lastUsedAt >= hour) return;
    const used = { ...key, lastUsedAt: hour };
    held.holdUse(used);
    keys.noteUse(key.id, hour).catch(() => {
      if (held.byHash(key.hash) === used) held.holdUse(key);
    });
  };

/** Rotations and removals are decided one after the other: a key that goes meanwhile does not come back. */
const takeTurns = () => {
  let last: Promise<unknown> = Promise.resolve();
  return <Answer>(act: () => Promise<Answer>): Promise<Answer> => {
    const turn = last.then(act);
    last = turn.catch(() => {});
    return turn;
  };
};

const newKey = (wanted: NewKey, { hashes, clock, chance }: Pick<Parts, "hashes" | "clock" | "chance">): MadeKey => {
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
