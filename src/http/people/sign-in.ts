import type { routes } from "#src/contract/routes.ts";
import { type AccountId, accountId } from "#src/core/ids.ts";
import { type Refusal, refuse } from "#src/http/refusal.ts";
import type { RouteInput } from "#src/http/serve-route.ts";
import type { Membership, User } from "#src/ports/people-store.ts";
import { checkPassword } from "./check-password.ts";
import type { Member } from "./members.ts";
import type { PeopleDesk } from "./people-desk.ts";
import type { Visit } from "./session-cookie.ts";

type Credentials = RouteInput<typeof routes.signIn>["body"];

/** Lets in whoever knows the password; answers the token of the new session beside who it is. */
export const signIn = async (
  people: PeopleDesk,
  { email, password, account_id: wanted }: Credentials,
  visitor: Visit,
): Promise<(Member & { readonly csrfToken: string }) | Refusal> => {
  const { book } = people;
  const user = await checkPassword(people, { email, address: visitor.address, password }, book.userOfEmail(email));
  if ("code" in user) return user;
  const membership = chosenMembership(book.membershipsOf(user.id), wanted === undefined ? null : accountId(wanted));
  if (membership === null) return noAccount(wanted ?? "any account");
  return { user, membership, csrfToken: await visitor.enter(membership) };
};

type Looking = { readonly user: User; readonly wanted: string };

/** Lets a session look at another account of its person's. */
export const lookAt = async (
  { book }: PeopleDesk,
  { user, wanted }: Looking,
  visitor: Visit,
): Promise<Membership | Refusal> => {
  const membership = chosenMembership(book.membershipsOf(user.id), accountId(wanted));
  if (membership === null) return noAccount(wanted);
  if (membership.accountId !== visitor.person()?.accountId) await visitor.switchTo(membership);
  return membership;
};

const noAccount = (wanted: string): Refusal =>
  refuse("session.no_account", `account_id: you are no member of ${wanted}`);

/** The account that was asked for, or else the one that they were taken into first. */
export const chosenMembership = (places: readonly Membership[], wanted: AccountId | null): Membership | null => {
  const accepted = places.filter(({ acceptedAt }) => acceptedAt !== null);
  if (wanted !== null) return accepted.find((place) => place.accountId === wanted) ?? null;
  return accepted.toSorted((one, other) => one.createdAt - other.createdAt)[0] ?? null;
};
