import type { routes } from "#src/contract/routes.ts";
import { actsOf } from "#src/http/acts.ts";
import type { Caller } from "#src/http/caller.ts";
import type { HttpDependencies } from "#src/http/http-dependencies.ts";
import type { Refusal } from "#src/http/refusal.ts";
import type { RouteInput } from "#src/http/serve-route.ts";
import type { User } from "#src/ports/people-store.ts";
import { checkPassword, refuseHaste } from "./check-password.ts";
import type { PeopleDesk } from "./people-desk.ts";
import type { Visit } from "./session-cookie.ts";

type Change = {
  readonly user: User;
  readonly caller: Caller;
  readonly body: RouteInput<typeof routes.changePassword>["body"];
};

/** By whoever knows the one before; they are signed in anew, and everybody else by the old one is out. */
export const changePassword = async (
  { people, clock }: Pick<HttpDependencies, "people" | "clock">,
  { user, caller, body }: Change,
  visitor: Visit,
): Promise<{ readonly csrfToken: string } | Refusal> => {
  const by = { email: user.email, address: visitor.address };
  const checked = await checkPassword(people, { ...by, password: body.current_password }, user);
  if ("code" in checked) return checked;
  const passwordHash = await people.passwords.hash(body.new_password);
  if (passwordHash === null) return refuseHaste("session.busy", 1);
  await people.book.write(
    () => setPassword(people, user, passwordHash),
    actsOf(clock, caller, { kind: "user", subject: user.id, verb: "changed", after: { password: "***" } }),
  );
  return { csrfToken: await visitor.enter({ userId: user.id, accountId: caller.accountId }) };
};

/** A new password; whoever was signed in with the old one is out. */
export const setPassword = ({ book }: PeopleDesk, user: User, passwordHash: string) => ({
  removedSessions: book.sessionsOf(user.id).map(({ hash }) => hash),
  put: { users: [{ ...(book.user(user.id) ?? user), passwordHash }] },
});
