import type { AccountId, UserId } from "#src/core/ids.ts";
import type { Role } from "#src/core/permissions/role.ts";
import type { Act } from "./audit-trail.ts";

/** A person. One who was invited and has not come yet has neither password nor name. */
export type User = {
  readonly id: UserId;
  /** In lower case; no two people share one. */
  readonly email: string;
  readonly name: string;
  /** As a PHC string; null for whoever signs in elsewhere, or has not come yet. */
  readonly passwordHash: string | null;
  /** Who they are to the identity provider: its issuer, a space, its subject; null before they came that way. */
  readonly oidcSubject: string | null;
  readonly createdAt: number;
  /** From then on they cannot sign in; null lets them. */
  readonly disabledAt: number | null;
};

/** What a person may do in one account. */
export type Membership = {
  readonly userId: UserId;
  readonly accountId: AccountId;
  readonly role: Role;
  readonly createdAt: number;
  /** Null while the invitation is open. */
  readonly acceptedAt: number | null;
};

/** A link that does one thing once. Only the hash of its token is stored. */
export type OneTimeLink = {
  readonly hash: string;
  readonly kind: "invitation" | "reset" | "first_owner";
  /** Whom it is for; null for the first owner, whom nobody knows yet. */
  readonly userId: UserId | null;
  /** The account that an invitation leads into; null for a reset. */
  readonly accountId: AccountId | null;
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly usedAt: number | null;
};

/** A browser that somebody signed in with. Only the hash of what its cookie says is stored. */
export type Session = {
  readonly hash: string;
  readonly userId: UserId;
  /** The account that is looked at; the person may choose another. */
  readonly accountId: AccountId;
  readonly createdAt: number;
  /** To some minutes. */
  readonly lastSeenAt: number;
  readonly expiresAt: number;
};

export type People = {
  readonly users: readonly User[];
  readonly memberships: readonly Membership[];
  readonly links: readonly OneTimeLink[];
  readonly sessions: readonly Session[];
};

export type PeopleChange = {
  /** By user and account. */
  readonly removedMemberships?: readonly Pick<Membership, "userId" | "accountId">[];
  readonly removedUsers?: readonly UserId[];
  /** By hash. */
  readonly removedLinks?: readonly string[];
  readonly removedSessions?: readonly string[];
  /** Each takes the place of the one of its key, if there is one. */
  readonly put?: Partial<People>;
  /** Who did it, written with it. */
  readonly acts?: readonly Act[];
};

export type PeopleStore = {
  readonly all: () => Promise<People>;
  /** Everything of a change or nothing; what is removed goes first. Rejects where two users would share an email. */
  readonly save: (change: PeopleChange) => Promise<void>;
};
