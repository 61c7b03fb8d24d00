import type { AccountId, ApiKeyId, AppId } from "#src/core/ids.ts";
import type { Role } from "#src/core/permissions/role.ts";
import type { Act } from "./audit-trail.ts";

export const apiKeyKinds = ["ingest", "export", "management"] as const;
export type ApiKeyKind = (typeof apiKeyKinds)[number];

/** A key is shown once; only its hash (SHA-256 of 32 random bytes as text, hex) is stored. */
export type ApiKey = {
  readonly id: ApiKeyId;
  /** The key that rotations began with, by which this one came; itself where it came by none. They share one rate. */
  readonly firstId: ApiKeyId;
  readonly kind: ApiKeyKind;
  readonly name: string;
  /** The account whose key it is. */
  readonly accountId: AccountId;
  /** What a management key may do in its account; null for the others. */
  readonly role: Role | null;
  /** The one app an ingest or export key speaks for; null for a management key. */
  readonly appId: AppId | null;
  readonly hash: string;
  /** First characters of the key, to tell keys apart in a list. */
  readonly hint: string;
  readonly createdAt: number;
  /** From then on it is no key any more; null does not end. */
  readonly expiresAt: number | null;
  /** Events (of an ingest key) or requests (of another) a second; null takes the server's setting. */
  readonly ratePerSecond: number | null;
  /** Web origins that pages may send from with an ingest key. */
  readonly origins: readonly string[];
  /** To the hour; null while it was never used. */
  readonly lastUsedAt: number | null;
};

export type KeyStore = {
  readonly all: () => Promise<readonly ApiKey[]>;
  readonly add: (key: ApiKey, acts?: readonly Act[]) => Promise<void>;
  /** Sets when it was last used, and nothing else. Answers false when there is no such key. */
  readonly noteUse: (id: ApiKeyId, at: number) => Promise<boolean>;
  /** A new one, and the end of the one before it, of which nothing else changes: both or neither. */
  readonly rotate: (rotation: { readonly made: ApiKey; readonly old: ApiKey }, acts?: readonly Act[]) => Promise<void>;
  /** Answers false when there was none. */
  readonly remove: (id: ApiKeyId, acts?: readonly Act[]) => Promise<boolean>;
};
