import type { LinkWire, SessionWire, UserWire } from "#src/contract/people-wire.ts";
import { timeText, timeTextOrNull } from "#src/contract/wire-time.ts";
import type { Catalog } from "#src/core/catalog/catalog.ts";
import { accountsOf } from "#src/core/catalog/main-account.ts";
import { userId } from "#src/core/ids.ts";
import { invariant } from "#src/core/invariant.ts";
import type { Caller } from "#src/http/caller.ts";
import type { Membership, OneTimeLink, User } from "#src/ports/people-store.ts";
import type { PeopleBook } from "./people-book.ts";

export const userAnswer = (
  book: PeopleBook,
  { id, email, name, disabledAt, passwordHash }: User,
  { accountId, role, createdAt, acceptedAt }: Membership,
): UserWire => {
  const seen = book.sessionsOf(id).map(({ lastSeenAt }) => lastSeenAt);
  // Who knows an email and invites is told nothing of the person before they accept.
  const hasCome = acceptedAt !== null;
  return {
    id,
    email,
    name: hasCome ? name : "",
    account_id: accountId,
    role,
    status: !hasCome ? "invited" : disabledAt === null ? "active" : "disabled",
    has_password: hasCome && passwordHash !== null,
    created_at: timeText(createdAt),
    last_seen_at: timeTextOrNull(hasCome && seen.length > 0 ? Math.max(...seen) : null),
  };
};

export const linkAnswer = (
  { kind, expiresAt }: OneTimeLink,
  { token, base }: { readonly token: string; readonly base: string },
): LinkWire => ({
  kind,
  url: `${base}/${kind === "first_owner" ? "welcome" : "invite"}/${token}`,
  token,
  expires_at: timeText(expiresAt),
});

/** A session, or a key that asks who it is. */
export const sessionAnswer = (
  { book, catalog }: { readonly book: PeopleBook; readonly catalog: Catalog },
  caller: Caller,
  csrfToken: string | null,
): SessionWire => {
  const { kind, keyId, name, accountId, role, isOperator } = caller;
  invariant(role !== null && kind !== "nobody", "whoever has a session or a management key has a role");
  const names = new Map(accountsOf(catalog).map((account) => [account.id, account.name]));
  const user = kind === "person" ? book.user(userId(keyId)) : null;
  const isPerson = user !== null;
  const places = isPerson ? book.membershipsOf(user.id).filter(({ acceptedAt }) => acceptedAt !== null) : [];
  const accounts = isPerson ? places : [{ accountId, role }];
  return {
    kind: kind === "person" || kind === "local" ? kind : "key",
    name: isPerson ? user.name : name,
    email: isPerson ? user.email : null,
    user_id: isPerson ? user.id : null,
    account_id: accountId,
    role,
    is_operator: isOperator,
    accounts: accounts.map((place) => ({
      account_id: place.accountId,
      name: names.get(place.accountId) ?? place.accountId,
      role: place.role,
    })),
    csrf_token: csrfToken,
  };
};
