import { routes } from "#src/contract/routes.ts";
import { accountsOf } from "#src/core/catalog/main-account.ts";
import { type AccountId, accountId } from "#src/core/ids.ts";
import { mayGiveRole } from "#src/core/permissions/person-rules.ts";
import { actsOf } from "#src/http/acts.ts";
import type { Caller } from "#src/http/caller.ts";
import type { HttpDependencies } from "#src/http/http-dependencies.ts";
import { openOncePerKey } from "#src/http/idempotency.ts";
import { type Refusal, refuse } from "#src/http/refusal.ts";
import type { RouteAnswer, RouteInput, ServeRoute } from "#src/http/serve-route.ts";
import type { User } from "#src/ports/people-store.ts";
import { openLinkMail } from "./link-mail.ts";
import { hasComeBefore, isAnybodyHere, mintUserId } from "./link-uses.ts";
import { actOn, findMember, type Member, refuseGoverning, roleTooHigh, shownMember } from "./members.ts";
import type { MadeLink } from "./one-time-links.ts";
import { linkAnswer, userAnswer } from "./people-answers.ts";
import type { Decided } from "./people-book.ts";

type Invited = Member & MadeLink;

/** The routes whose answer is a link to hand on. */
export const serveInvites = (serve: ServeRoute, dependencies: HttpDependencies): void => {
  const { people, engine, clock } = dependencies;
  const { book, links } = people;
  const withLink = linkAnswerer(dependencies);
  const knowsAccount = (id: AccountId): boolean =>
    accountsOf(engine.catalog.current().catalog).some((account) => account.id === id);

  const inviteOnce = openOncePerKey<RouteAnswer<typeof routes.inviteUser>>(clock);
  serve(routes.inviteUser, (asked) =>
    inviteOnce(asked, async () => {
      const { body, caller } = asked;
      const account = body.account_id === undefined ? caller.accountId : accountId(body.account_id);
      if (!knowsAccount(account) || !(caller.isOperator || account === caller.accountId))
        return refuse("account.not_found", `account_id: there is no account ${account}`);
      if (!mayGiveRole(caller, body.role)) return roleTooHigh(caller, body.role);
      const decide = () => decideInvitation(dependencies, { ...body, caller, account });
      const invited = await book.change(decide, (done) =>
        actsOf(clock, caller, { ...actOn(done), verb: "invited", after: shownMember(done) }),
      );
      if ("code" in invited) return invited;
      return { kind: "ok", answer: await withLink(invited) };
    }),
  );

  serve(routes.resetUser, async (asked) => {
    const decide = () => decideReset(dependencies, asked);
    const made = await book.change(decide, (done) => actsOf(clock, asked.caller, { ...actOn(done), verb: "reset" }));
    if ("code" in made) return made;
    return { kind: "ok", answer: await withLink(made) };
  });

  serve(routes.linkFirstOwner, async () => {
    const made = await book.change((): Decided<MadeLink> | Refusal => {
      if (isAnybodyHere(book)) return refuse("user.first_owner_there", "there are people already; one of them invites");
      const fresh = links.make({ kind: "first_owner", userId: null, accountId: null });
      return { change: { removedLinks: fresh.voided, put: { links: [fresh.link] } }, answer: fresh };
    });
    if ("code" in made) return made;
    return { kind: "ok", answer: linkAnswer(made.link, { token: made.token, base: baseOf(dependencies) }) };
  });
};

type Invitation = Pick<RouteInput<typeof routes.inviteUser>["body"], "email" | "role"> & {
  readonly caller: Caller;
  readonly account: AccountId;
};

const decideInvitation = (
  { people: { book, links }, clock, chance }: HttpDependencies,
  { email, role, caller, account }: Invitation,
): Decided<Invited> | Refusal => {
  const known = book.userOfEmail(email);
  const place = known === null ? null : book.membership(known.id, account);
  if (place !== null && place.acceptedAt !== null)
    return refuse("user.exists", `email: ${email} is a member already, as ${place.role}`);
  if (place !== null && !mayGiveRole(caller, place.role)) return roleTooHigh(caller, place.role);
  const user = known ?? newUser(email, { id: mintUserId(chance), createdAt: clock.now() });
  const createdAt = place?.createdAt ?? clock.now();
  const membership = { userId: user.id, accountId: account, role, createdAt, acceptedAt: null };
  return decidedLink({ user, membership }, links.make({ kind: "invitation", userId: user.id, accountId: account }));
};

/** Whoever has not come yet is invited anew: they have no password to set again. */
const decideReset = (
  { people }: HttpDependencies,
  asked: RouteInput<typeof routes.resetUser>,
): Decided<Invited> | Refusal => {
  const { book, links } = people;
  const member = findMember(book, asked);
  if ("code" in member) return member;
  const { user, membership } = member;
  const refused = refuseGoverning(book, asked.caller, member);
  if (refused !== null) return refused;
  const wanted = hasComeBefore(people, user)
    ? ({ kind: "reset", userId: user.id, accountId: null } as const)
    : ({ kind: "invitation", userId: user.id, accountId: membership.accountId } as const);
  return decidedLink(member, links.make(wanted));
};

const baseOf = ({ people, settings }: HttpDependencies): string => people.publicUrl ?? settings.address() ?? "";

/** Answers when the mail is out, too: the link itself is made and told by then. */
const linkAnswerer = (dependencies: HttpDependencies) => {
  const { people, engine } = dependencies;
  const mail = openLinkMail({ ...dependencies, publicUrl: people.publicUrl });
  const nameOf = (id: AccountId): string =>
    accountsOf(engine.catalog.current().catalog).find((account) => account.id === id)?.name ?? id;
  return async ({ link: made, token, user, membership }: Invited) => {
    const link = linkAnswer(made, { token, base: baseOf(dependencies) });
    const { accountId: id } = membership;
    const mailed = await mail({ to: user.email, link, accountId: id, accountName: nameOf(id) });
    return { user: userAnswer(people.book, user, membership), link, mail: mailed };
  };
};

const newUser = (email: string, made: Pick<User, "id" | "createdAt">): User => ({
  ...made,
  email,
  name: "",
  passwordHash: null,
  oidcSubject: null,
  disabledAt: null,
});

const decidedLink = ({ user, membership }: Member, made: MadeLink): Decided<Invited> => ({
  change: {
    removedLinks: made.voided,
    put: { users: [user], memberships: [membership], links: [made.link] },
  },
  answer: { user, membership, ...made },
});
