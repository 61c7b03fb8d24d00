import type { AccountId, AppId, NoticeTargetId, PartnerId, SecretName } from "#src/core/ids.ts";

/**
 * What people are told of, before anything is lost or switched off:
 *
 *   receiver_failing   the breaker of a receiver or of a host has been open for a while
 *   receiver_paused    a pause has been in force for long
 *   dead_growing       of what ended lately, too much is dead
 *   silence            an app reports nothing for longer than it ever was quiet in a week
 *   intake_refusing    this server takes no events
 *   secret_unset       what is in use needs a secret that is not set
 */
export const noticeKinds = [
  "receiver_failing",
  "receiver_paused",
  "dead_growing",
  "silence",
  "intake_refusing",
  "secret_unset",
] as const;
export type NoticeKind = (typeof noticeKinds)[number];

/** Something that is wrong now. Two of one kind and subject are the same trouble. */
export type Trouble = {
  readonly kind: NoticeKind;
  /** A receiver, a host, the scope of a pause, an app, a secret and who needs it, or `server`. */
  readonly subject: string;
  /** Whose it is; null for what concerns the whole server. */
  readonly appId: AppId | null;
  readonly partnerId: PartnerId | null;
  /** One sentence with its figures. */
  readonly detail: string;
  /** Epoch milliseconds. */
  readonly since: number;
};

/** A trouble that somebody was told of, until it is over. */
export type OpenNotice = Trouble & { readonly openedAt: number; readonly toldAt: number };

export const noticePhases = ["opened", "reminded", "cleared", "test"] as const;
export type NoticePhase = (typeof noticePhases)[number];
export type Notice = { readonly phase: NoticePhase; readonly trouble: Trouble; readonly openedAt: number };

/** Where notices go, of which kinds, and whose. */
export type NoticeTarget = {
  readonly id: NoticeTargetId;
  readonly accountId: AccountId;
  readonly name: string;
  readonly active: boolean;
  readonly kinds: "*" | readonly NoticeKind[];
  /** Only of this app; null is every one of the account. */
  readonly appId: AppId | null;
  readonly to: NoticeAddress;
};

export type NoticeAddress =
  /** Signed as Standard Webhooks says, where a secret is named. */
  | { readonly kind: "webhook"; readonly url: string; readonly secret: SecretName | null }
  | { readonly kind: "mail"; readonly address: string };

export const troubleKey = ({ kind, subject }: Pick<Trouble, "kind" | "subject">): string => `${kind} ${subject}`;
