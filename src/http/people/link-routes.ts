import type { SessionWire } from "#src/contract/people-wire.ts";
import { routes } from "#src/contract/routes.ts";
import { timeText } from "#src/contract/wire-time.ts";
import { accountsOf, mainAccountId } from "#src/core/catalog/main-account.ts";
import { type UserId, userId } from "#src/core/ids.ts";
import { type Caller, personCaller } from "#src/http/caller.ts";
import type { HttpDependencies } from "#src/http/http-dependencies.ts";
import { type Refusal, refuse } from "#src/http/refusal.ts";
import type { Answered, RouteInput, ServeRoute } from "#src/http/serve-route.ts";
import type { Chance } from "#src/ports/chance.ts";
import type { Membership, OneTimeLink, User } from "#src/ports/people-store.ts";
import { refuseHaste } from "./check-password.ts";
import { acceptedBy } from "./members.ts";
import { sessionAnswer } from "./people-answers.ts";
import type { Decided } from "./people-book.ts";
import type { PeopleDesk } from "./people-desk.ts";
import { visitOf } from "./session-cookie.ts";
import { setPassword, signedInUser } from "./session-routes.ts";

/** Whom a link lets in, and where. */
type Came = { readonly user: User; readonly membership: Membership };
type Accepted = RouteInput<typeof routes.acceptInvitation>["body"];

export const serveLinks = (serve: ServeRoute, dependencies: HttpDependencies): void => {
  const { people, engine, clock, chance } = dependencies;
  const { book, passwords } = people;
  const answerAs = (caller: Caller, csrfToken: string | null): Answered<SessionWire> => ({
    kind: "ok",
    answer: sessionAnswer({ book, catalog: engine.catalog.current().catalog }, caller, csrfToken),
  });

  serve(routes.readInvitation, ({ params }) => {
    const opened = openLink(people, params.token);
    if ("code" in opened) return opened;
    const { link, user, membership } = opened;
    const accounts = accountsOf(engine.catalog.current().catalog);
    const account = link.kind === "first_owner" ? mainAccountId : link.accountId;
    return {
      kind: "ok",
      answer: {
        kind: link.kind,
        email: user?.email ?? null,
        account_id: account,
        account_name: account === null ? null : (accounts.find(({ id }) => id === account)?.name ?? account),
        role: link.kind === "first_owner" ? "owner" : (membership?.role ?? null),
        joins: link.kind === "invitation" && user !== null && hasComeBefore(people, user),
        expires_at: timeText(link.expiresAt),
      },
    };
  });

  serve(routes.acceptInvitation, async ({ params, body }, exchange) => {
    const opened = openLink(people, params.token);
    const refused = "code" in opened ? opened : refuseAcceptance(people, opened, body);
    if (refused !== null) return refused;
    const passwordHash = await passwords.hash(body.password);
    if (passwordHash === null) return refuseHaste("session.busy", 1);
    // Decided anew when its turn has come: of two who use a link at once one is too late.
    const decide = (): Decided<Came> | Refusal => {
      const again = openLink(people, params.token);
      if ("code" in again) return again;
      const isRefused = refuseAcceptance(people, again, body);
      if (isRefused !== null) return isRefused;
      return acceptLink(people, again, { passwordHash, body, now: clock.now(), chance });
    };
    const came = await book.change(decide, (member) => acceptedBy(clock, member));
    if ("kind" in came) return came;
    const csrfToken = await visitOf(exchange, people).enter(came.membership);
    return answerAs(personCaller(came), csrfToken);
  });

  serve(routes.joinAccount, async ({ params, caller }, exchange) => {
    const person = signedInUser(people, caller);
    if ("code" in person) return person;
    const decide = (): Decided<Came> | Refusal => {
      const opened = openLink(people, params.token);
      if ("code" in opened) return opened;
      const { link, user, membership } = opened;
      if (link.kind !== "invitation" || user?.id !== person.id || membership === null)
        return refuse("link.other_person", "the link is not an invitation of the person who is signed in");
      const accepted = { ...membership, acceptedAt: clock.now() };
      const change = { put: { memberships: [accepted], links: [{ ...link, usedAt: clock.now() }] } };
      return { change, answer: { user, membership: accepted } };
    };
    const joined = await book.change(decide, (member) => acceptedBy(clock, member));
    if ("kind" in joined) return joined;
    const visitor = visitOf(exchange, people);
    await visitor.switchTo(joined.membership);
    return answerAs(personCaller(joined), visitor.csrfToken());
  });
};

const refusedLinks = {
  unknown: refuse("link.unknown", "there is no such link; a newer one may have taken its place"),
  used: refuse("link.used", "the link was used; it works once"),
  expired: refuse("link.expired", "the link has ended; ask for another one"),
} as const;

type Opened = { readonly link: OneTimeLink; readonly user: User | null; readonly membership: Membership | null };

/** A link that still does something: one whose person or place is gone is as unknown as one that never was. */
const openLink = ({ book, links }: PeopleDesk, token: string): Opened | Refusal => {
  const found = links.find(token);
  if (found.kind !== "link") return refusedLinks[found.kind];
  const { unknown } = refusedLinks;
  const { link } = found;
  if (link.kind === "first_owner")
    return isAnybodyHere(book)
      ? refuse("link.used", "there are people already")
      : { link, user: null, membership: null };
  const user = link.userId === null ? null : book.user(link.userId);
  if (user === null || user.disabledAt !== null) return unknown;
  const membership = link.accountId === null ? null : book.membership(user.id, link.accountId);
  if (link.kind === "reset") return { link, user, membership };
  return membership === null || membership.acceptedAt !== null ? unknown : { link, user, membership };
};

export const isAnybodyHere = (book: Pick<PeopleDesk["book"], "memberships">): boolean =>
  book.memberships().some(({ acceptedAt }) => acceptedAt !== null);

export const hasComeBefore = ({ book }: PeopleDesk, { id }: User): boolean =>
  book.membershipsOf(id).some(({ acceptedAt }) => acceptedAt !== null);

const refuseAcceptance = (people: PeopleDesk, { link, user }: Opened, { name, email }: Accepted): Refusal | null => {
  if (link.kind === "reset") return null;
  // Whoever finds the link is not to set the password of somebody who has one.
  if (user !== null && hasComeBefore(people, user))
    return refuse("link.join", `sign in as ${user.email} and POST /v1/invitations/{token}/join`);
  if (name === undefined) return refuse("link.field_missing", "name: say what the others call you");
  if (link.kind === "first_owner" && email === undefined)
    return refuse("link.field_missing", "email: say what you sign in with");
  return null;
};

type Acceptance = {
  readonly passwordHash: string;
  readonly body: Accepted;
  readonly now: number;
  readonly chance: Chance;
};

const acceptLink = (people: PeopleDesk, opened: Opened, acceptance: Acceptance): Decided<Came> | Refusal => {
  const { link, user, membership } = opened;
  const { passwordHash, body, now } = acceptance;
  const used = { ...link, usedAt: now };
  if (user === null) return firstOwner(people, used, acceptance);
  if (link.kind === "reset") {
    const place = people.book.membershipsOf(user.id).find(({ acceptedAt }) => acceptedAt !== null);
    if (place === undefined) return refusedLinks.unknown;
    const { removedSessions, put } = setPassword(people, user, passwordHash);
    return { change: { removedSessions, put: { ...put, links: [used] } }, answer: { user, membership: place } };
  }
  const named = { ...user, name: body.name ?? user.name, passwordHash };
  if (membership === null) return refusedLinks.unknown;
  const accepted = { ...membership, acceptedAt: now };
  const change = { put: { users: [named], memberships: [accepted], links: [used] } };
  return { change, answer: { user: named, membership: accepted } };
};

/** Nobody has come yet: whoever was invited with this email meanwhile is this person. */
const firstOwner = ({ book }: PeopleDesk, link: OneTimeLink, acceptance: Acceptance): Decided<Came> => {
  const { passwordHash, body, now, chance } = acceptance;
  const email = body.email ?? "";
  const known = book.userOfEmail(email);
  const user: User = {
    id: known?.id ?? mintUserId(chance),
    email,
    name: body.name ?? email,
    passwordHash,
    oidcSubject: known?.oidcSubject ?? null,
    createdAt: known?.createdAt ?? now,
    disabledAt: null,
  };
  const membership: Membership = {
    userId: user.id,
    accountId: mainAccountId,
    role: "owner",
    createdAt: now,
    acceptedAt: now,
  };
  return {
    change: { put: { users: [user], memberships: [membership], links: [link] } },
    answer: { user, membership },
  };
};

const userIdBytes = 9;
export const mintUserId = (chance: Chance): UserId =>
  userId(`user_${Buffer.from(chance.bytes(userIdBytes)).toString("base64url")}`);
