import type { UserId } from "#src/core/ids.ts";
import { isLastOwner, mayGiveRole, mayGovern } from "#src/core/permissions/person-rules.ts";
import { actsOf } from "#src/http/acts.ts";
import { type Caller, personCaller } from "#src/http/caller.ts";
import { type Refusal, refuse } from "#src/http/refusal.ts";
import type { Act } from "#src/ports/audit-trail.ts";
import type { Clock } from "#src/ports/clock.ts";
import type { Membership, User } from "#src/ports/people-store.ts";
import type { PeopleBook } from "./people-book.ts";

/** Somebody as a member of one account. */
export type Member = { readonly user: User; readonly membership: Membership };
/** A member, as a route names them. */
export type Named = {
  readonly params: { readonly id: string };
  readonly query: { readonly account_id?: string | undefined };
  readonly caller: Caller;
};

/** An act on somebody, for the audit log: their email stays out of what is kept longer than they are. */
export const actOn = ({ user, membership }: Member) =>
  ({ kind: "user", subject: user.id, account: membership.accountId }) as const;

/** Somebody has taken an invitation; it is their own deed. */
export const acceptedBy = (clock: Clock, member: Member): readonly Act[] =>
  actsOf(clock, personCaller(member), { ...actOn(member), verb: "accepted", after: shownMember(member) });

export const shownMember = ({ user, membership }: Member): object => ({
  role: membership.role,
  disabled: user.disabledAt !== null,
});

export const membersFor = (book: PeopleBook, caller: Caller, account: string | undefined): readonly Member[] =>
  book
    .memberships()
    .filter(({ accountId: of }) => caller.isOperator || of === caller.accountId)
    .filter(({ accountId: of }) => account === undefined || of === account)
    .flatMap((membership) => {
      const user = book.user(membership.userId);
      return user === null ? [] : [{ user, membership }];
    });

/** A member that the caller sees; of several places of one person that in the caller's own account. */
export const findMember = (book: PeopleBook, { params, query, caller }: Named): Member | Refusal => {
  const seen = membersFor(book, caller, query.account_id).filter(({ user }) => user.id === params.id);
  const [first] = seen;
  if (first === undefined) return refuse("user.not_found", `there is no member ${params.id}`);
  const own = seen.find(({ membership }) => membership.accountId === caller.accountId);
  if (seen.length > 1 && own === undefined)
    return refuse("request.invalid", "account_id: the person is in several accounts; name one");
  return own ?? first;
};

export const roleTooHigh = (caller: Caller, role: string): Refusal =>
  refuse("user.role_too_high", `role: this is about an ${role}, and you are ${caller.role}`);

export const lastOwner = ({ accountId: of }: Membership): Refusal =>
  refuse("user.last_owner", `this is the last owner of ${of}; make somebody else an owner first`);

const isShutOut =
  (book: PeopleBook) =>
  (id: UserId): boolean =>
    (book.user(id)?.disabledAt ?? null) !== null;

export const isLast = (book: PeopleBook, membership: Membership): boolean =>
  isLastOwner(membership, book.memberships(), isShutOut(book));

export const refuseGoverning = (book: PeopleBook, caller: Caller, { user, membership }: Member): Refusal | null => {
  if (!mayGiveRole(caller, membership.role)) return roleTooHigh(caller, membership.role);
  return mayGovern(caller, book.membershipsOf(user.id))
    ? null
    : refuse("user.of_others", `${user.email} is a member of other accounts, whose people you do not govern`);
};
