import { sameEmail } from "#src/contract/people-wire.ts";
import { routes } from "#src/contract/routes.ts";
import type { HttpDependencies } from "#src/http/http-dependencies.ts";
import { type Refusal, refuse } from "#src/http/refusal.ts";
import type { ServeRoute } from "#src/http/serve-route.ts";
import type { Identity, SignInChecks } from "#src/ports/identity-provider.ts";
import type { Membership, OneTimeLink, User } from "#src/ports/people-store.ts";
import { acceptedBy, type Member } from "./members.ts";
import type { Decided, PeopleBook } from "./people-book.ts";
import { visitOf } from "./session-cookie.ts";
import { chosenMembership } from "./sign-in.ts";
import { notBegun, refuseFault } from "./sign-in-refusals.ts";

const callbackPath = "/v1/oidc/callback";
/** Long enough for a second factor that has to be looked for. */
const noteMs = 600_000;

export const serveOidc = (serve: ServeRoute, dependencies: HttpDependencies): void => {
  const { people, clock, log } = dependencies;
  const { book, identityProvider, publicUrl } = people;
  if (identityProvider === null || publicUrl === null) {
    const unset = refuse("oidc.unset", "set CAROM_OIDC_ISSUER, its client and CAROM_PUBLIC_URL, or use a password");
    serve(routes.startOidc, () => unset);
    serve(routes.finishOidc, () => unset);
    return;
  }

  serve(routes.startOidc, async (_asked, exchange) => {
    const started = await identityProvider.start(publicUrl + callbackPath);
    if (started.kind === "fault") return refuseFault(started, log);
    visitOf(exchange, people).writeNote(noteOf(started.checks), noteMs);
    return { kind: "redirect", location: started.url };
  });

  serve(routes.finishOidc, async (_asked, exchange) => {
    const visitor = visitOf(exchange, people);
    const checks = checksOf(visitor.readNote());
    if (checks === null) return notBegun;
    visitor.dropNote();
    const identity = await identityProvider.finish(publicUrl + exchange.request.url, checks);
    if (identity.kind === "fault") return refuseFault(identity, log);
    const came = await book.change(
      () => letIn(book, identity, clock.now()),
      ({ member, isNew }) => (isNew ? acceptedBy(clock, member) : []),
    );
    if ("kind" in came) return came;
    await visitor.enter(came.member.membership);
    return { kind: "redirect", location: "/" };
  });
};

const noteOf = ({ state, nonce, codeVerifier }: SignInChecks): string => [state, nonce, codeVerifier].join(".");

const checksOf = (note: string | null): SignInChecks | null => {
  const [state, nonce, codeVerifier, ...more] = note?.split(".") ?? [];
  if (!state || !nonce || !codeVerifier || more.length > 0) return null;
  return { state, nonce, codeVerifier };
};

type LetIn = {
  readonly member: Member;
  /** An invitation was accepted by it. */
  readonly isNew: boolean;
};

const letIn = (book: PeopleBook, identity: Identity, now: number): Decided<LetIn> | Refusal => {
  const oidcSubject = `${identity.issuer} ${identity.subject}`;
  const user = book.userOfSubject(oidcSubject) ?? userOfVerifiedEmail(book, identity);
  if ("code" in user) return user;
  if (user.disabledAt !== null) return refuse("oidc.unknown_person", "this person may not sign in here");
  const bound: User = { ...user, oidcSubject, name: user.name || (identity.name ?? user.email) };
  const membership = chosenMembership(book.membershipsOf(user.id), null);
  if (membership !== null)
    return { change: { put: { users: [bound] } }, answer: { member: { user: bound, membership }, isNew: false } };
  const invited = openInvitation(book, user, now);
  if (invited === null) return nobodyInvited;
  const accepted: Membership = { ...invited.membership, acceptedAt: now };
  const links: readonly OneTimeLink[] = [{ ...invited.link, usedAt: now }];
  const member = { user: bound, membership: accepted };
  return { change: { put: { users: [bound], memberships: [accepted], links } }, answer: { member, isNew: true } };
};

const nobodyInvited = refuse("oidc.unknown_person", "ask an admin for an invitation to this email");

const userOfVerifiedEmail = (book: PeopleBook, { issuer, email, isEmailVerified }: Identity): User | Refusal => {
  // Whoever may write any email into their profile would come in as anybody.
  if (email === null || !isEmailVerified)
    return refuse("oidc.unknown_person", "the identity provider has not verified an email of this person");
  const user = book.userOfEmail(sameEmail(email));
  if (user === null) return nobodyInvited;
  // An address that the issuer has given to somebody else does not give them what its last owner had.
  if (user.oidcSubject?.startsWith(`${issuer} `))
    return refuse("oidc.unknown_person", "this email belongs to somebody else of the identity provider");
  return user;
};

/** An invitation holds for as long as its link does. */
const openInvitation = (
  book: PeopleBook,
  { id }: User,
  now: number,
): { readonly link: OneTimeLink; readonly membership: Membership } | null => {
  for (const link of book.links()) {
    if (link.kind !== "invitation" || link.userId !== id || link.accountId === null) continue;
    if (link.usedAt !== null || link.expiresAt <= now) continue;
    const membership = book.membership(id, link.accountId);
    if (membership !== null && membership.acceptedAt === null) return { link, membership };
  }
  return null;
};
