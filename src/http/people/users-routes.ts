import { routes } from "#src/contract/routes.ts";
import { accountsOf } from "#src/core/catalog/main-account.ts";
import type { AccountId } from "#src/core/ids.ts";
import { mayGiveRole } from "#src/core/permissions/person-rules.ts";
import { actsOf } from "#src/http/acts.ts";
import type { HttpDependencies } from "#src/http/http-dependencies.ts";
import type { Refusal } from "#src/http/refusal.ts";
import type { RouteInput, ServeRoute } from "#src/http/serve-route.ts";
import type { PeopleChange } from "#src/ports/people-store.ts";
import {
  actOn,
  findMember,
  isLast,
  lastOwner,
  type Member,
  membersFor,
  type Named,
  refuseGoverning,
  roleTooHigh,
  shownMember,
} from "./members.ts";
import { userAnswer } from "./people-answers.ts";
import type { Decided, PeopleBook } from "./people-book.ts";

export const serveUsers = (serve: ServeRoute, dependencies: HttpDependencies): void => {
  const { people, engine, clock } = dependencies;
  const { book } = people;
  const answerOf = ({ user, membership }: Member) => userAnswer(book, user, membership);
  const knowsAccount = (id: AccountId): boolean =>
    accountsOf(engine.catalog.current().catalog).some((account) => account.id === id);

  serve(routes.listUsers, ({ query, caller }) => {
    const members = membersFor(book, caller, query.account_id);
    return { kind: "ok", answer: { data: members.map(answerOf) } };
  });

  serve(routes.readUser, (asked) => {
    const member = findMember(book, asked);
    return "code" in member ? member : { kind: "ok", answer: answerOf(member) };
  });

  serve(routes.changeUser, async (asked) => {
    const changed = await book.change(
      () => decideChange(book, asked, clock.now()),
      (done) => {
        const [before, after] = [shownMember(done.before), shownMember(done)];
        return actsOf(clock, asked.caller, { ...actOn(done), verb: "changed", before, after });
      },
    );
    if ("code" in changed) return changed;
    return { kind: "ok", answer: answerOf(changed) };
  });

  serve(routes.removeUser, async (asked) => {
    const decide = (): Decided<Member> | Refusal => {
      const member = findMember(book, asked);
      if ("code" in member) return member;
      const { user, membership } = member;
      if (!mayGiveRole(asked.caller, membership.role)) return roleTooHigh(asked.caller, membership.role);
      // Of an account that the catalog no longer has nobody is needed.
      if (knowsAccount(membership.accountId) && isLast(book, membership)) return lastOwner(membership);
      return { change: removalOf(book, member), answer: { user, membership } };
    };
    const removed = await book.change(decide, (gone) =>
      actsOf(clock, asked.caller, { ...actOn(gone), verb: "removed", before: shownMember(gone) }),
    );
    if ("code" in removed) return removed;
    return { kind: "ok", answer: { id: removed.user.id, account_id: removed.membership.accountId } };
  });
};

type Changed = Member & { readonly before: Member };
type Changing = Named & { readonly body: RouteInput<typeof routes.changeUser>["body"] };

const decideChange = (book: PeopleBook, asked: Changing, now: number): Decided<Changed> | Refusal => {
  const member = findMember(book, asked);
  if ("code" in member) return member;
  const { user, membership } = member;
  const { caller, body } = asked;
  const { role = membership.role, disabled = user.disabledAt !== null } = body;
  for (const affected of [membership.role, role])
    if (!mayGiveRole(caller, affected)) return roleTooHigh(caller, affected);
  if (role !== "owner" && isLast(book, membership)) return lastOwner(membership);
  const isShut = user.disabledAt !== null;
  if (disabled !== isShut) {
    const refused = refuseGoverning(book, caller, member);
    if (refused !== null) return refused;
    const lost = book.membershipsOf(user.id).find((place) => isLast(book, place));
    if (disabled && lost !== undefined) return lastOwner(lost);
  }
  const changed = {
    user: { ...user, disabledAt: disabled ? (user.disabledAt ?? now) : null },
    membership: { ...membership, role },
  };
  const ended = disabled ? book.sessionsOf(user.id).map(({ hash }) => hash) : [];
  return {
    change: { removedSessions: ended, put: { users: [changed.user], memberships: [changed.membership] } },
    answer: { ...changed, before: member },
  };
};

/** With their sessions in the account; with everything where it was their last. */
const removalOf = (book: PeopleBook, { user, membership }: Member): PeopleChange => {
  const isOnly = book.membershipsOf(user.id).length === 1;
  const isAffected = (of: { readonly accountId: AccountId | null }): boolean =>
    isOnly || of.accountId === membership.accountId;
  return {
    removedMemberships: [membership],
    removedUsers: isOnly ? [user.id] : [],
    removedSessions: book
      .sessionsOf(user.id)
      .filter(isAffected)
      .map(({ hash }) => hash),
    removedLinks: book
      .links()
      .filter((link) => link.userId === user.id && isAffected(link))
      .map(({ hash }) => hash),
  };
};
