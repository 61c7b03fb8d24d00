import type { routes } from "#src/contract/routes.ts";
import { timeText } from "#src/contract/wire-time.ts";
import type { Catalog } from "#src/core/catalog/catalog.ts";
import { accountsOf, mainAccountId } from "#src/core/catalog/main-account.ts";
import { type UserId, userId } from "#src/core/ids.ts";
import type { HttpDependencies } from "#src/http/http-dependencies.ts";
import { type Refusal, refuse } from "#src/http/refusal.ts";
import type { RouteAnswer, RouteInput } from "#src/http/serve-route.ts";
import type { Chance } from "#src/ports/chance.ts";
import type { Membership, OneTimeLink, User } from "#src/ports/people-store.ts";
import { setPassword } from "./change-password.ts";
import { refuseHaste } from "./check-password.ts";
import { acceptedBy, type Member } from "./members.ts";
import type { Decided } from "./people-book.ts";
import type { PeopleDesk } from "./people-desk.ts";
import type { Visit } from "./session-cookie.ts";

type Accepted = RouteInput<typeof routes.acceptInvitation>["body"];
export type LinkMeaning = RouteAnswer<typeof routes.readInvitation>;
type Parts = Pick<HttpDependencies, "people" | "clock" | "chance">;

/** What a one-time link is for, as long as it does something. */
export const readLink = (people: PeopleDesk, catalog: Catalog, token: string): LinkMeaning | Refusal => {
  const opened = openLink(people, token);
  if ("code" in opened) return opened;
  const { link, user, membership } = opened;
  const account = link.kind === "first_owner" ? mainAccountId : link.accountId;
  return {
    kind: link.kind,
    email: user?.email ?? null,
    account_id: account,
    account_name: account === null ? null : (accountsOf(catalog).find(({ id }) => id === account)?.name ?? account),
    role: link.kind === "first_owner" ? "owner" : (membership?.role ?? null),
    joins: link.kind === "invitation" && user !== null && hasComeBefore(people, user),
    expires_at: timeText(link.expiresAt),
  };
};

type Taking = { readonly token: string; readonly body: Accepted };

/** Does what a link is for, and lets the browser in; answers the token of its session beside who came. */
export const takeLink = async (
  { people, clock, chance }: Parts,
  { token, body }: Taking,
  visitor: Visit,
): Promise<(Member & { readonly csrfToken: string }) | Refusal> => {
  const { book, passwords } = people;
  const opened = openLink(people, token);
  const refused = "code" in opened ? opened : refuseAcceptance(people, opened, body);
  if (refused !== null) return refused;
  const passwordHash = await passwords.hash(body.password);
  if (passwordHash === null) return refuseHaste("session.busy", 1);
  // Decided anew when its turn has come: of two who use a link at once one is too late.
  const decide = (): Decided<Member> | Refusal => {
    const again = openLink(people, token);
    if ("code" in again) return again;
    const isRefused = refuseAcceptance(people, again, body);
    if (isRefused !== null) return isRefused;
    return acceptLink(people, again, { passwordHash, body, now: clock.now(), chance });
  };
  const came = await book.change(decide, (member) => acceptedBy(clock, member));
  if ("kind" in came) return came;
  return { ...came, csrfToken: await visitor.enter(came.membership) };
};

type Joining = { readonly token: string; readonly person: User };

/** Takes somebody who is signed in into another account, and their session looks at it from there on. */
export const joinByLink = async (
  { people, clock }: Pick<Parts, "people" | "clock">,
  { token, person }: Joining,
  visitor: Visit,
): Promise<Member | Refusal> => {
  const decide = (): Decided<Member> | Refusal => {
    const opened = openLink(people, token);
    if ("code" in opened) return opened;
    const { link, user, membership } = opened;
    if (link.kind !== "invitation" || user?.id !== person.id || membership === null)
      return refuse("link.other_person", "the link is not an invitation of the person who is signed in");
    const accepted = { ...membership, acceptedAt: clock.now() };
    const change = { put: { memberships: [accepted], links: [{ ...link, usedAt: clock.now() }] } };
    return { change, answer: { user, membership: accepted } };
  };
  const joined = await people.book.change(decide, (member) => acceptedBy(clock, member));
  if (!("kind" in joined)) await visitor.switchTo(joined.membership);
  return joined;
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

const acceptLink = (people: PeopleDesk, opened: Opened, acceptance: Acceptance): Decided<Member> | Refusal => {
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
const firstOwner = ({ book }: PeopleDesk, link: OneTimeLink, acceptance: Acceptance): Decided<Member> => {
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
