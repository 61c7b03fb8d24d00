import type { ApiKeyId, AppId } from "#src/core/ids.ts";

export const apiKeyKinds = ["ingest", "management"] as const;
export type ApiKeyKind = (typeof apiKeyKinds)[number];

/** A key is shown once; only its hash (SHA-256 of 32 random bytes as text, hex) is stored. */
export type ApiKey = {
  readonly id: ApiKeyId;
  readonly kind: ApiKeyKind;
  readonly name: string;
  /** The one app an ingest key speaks for; null for a management key. */
  readonly appId: AppId | null;
  readonly hash: string;
  /** First characters of the key, to tell keys apart in a list. */
  readonly hint: string;
  readonly createdAt: number;
};

export type KeyStore = {
  readonly all: () => Promise<readonly ApiKey[]>;
  readonly add: (key: ApiKey) => Promise<void>;
  /** Answers false when there was none. */
  readonly remove: (id: ApiKeyId) => Promise<boolean>;
};
