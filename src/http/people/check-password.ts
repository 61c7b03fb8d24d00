import { type Refusal, refuse } from "#src/http/refusal.ts";
import type { PasswordCheck } from "#src/ports/passwords.ts";
import type { User } from "#src/ports/people-store.ts";
import type { PeopleDesk } from "./people-desk.ts";

type Tried = { readonly email: string; readonly address: string; readonly password: string };

/** Checks a password as often as the throttle lets it be tried. Whoever is not there is told what a wrong one is told. */
export const checkPassword = async (
  people: PeopleDesk,
  { password, ...by }: Tried,
  user: User | null,
): Promise<User | Refusal> => {
  const waitMs = people.throttle.attempt(by);
  if (waitMs > 0) return refuseHaste("session.throttled", Math.ceil(waitMs / 1000));
  const checked = await people.passwords.check(password, user?.passwordHash ?? null);
  if (checked === "busy") return refuseHaste("session.busy", 1);
  if (checked === "wrong" || user === null || user.disabledAt !== null)
    return refuse("session.wrong_password", "email or password is wrong");
  people.throttle.succeeded(by);
  await storeAnew(people, { user, password, checked });
  return user;
};

export const refuseHaste = (code: "session.throttled" | "session.busy", waitS: number): Refusal =>
  refuse(code, `wait ${waitS} s and try again`, { headers: { "retry-after": String(waitS) } });

type Known = { readonly user: User; readonly password: string; readonly checked: PasswordCheck };

/** What was stored with yesterday's parameters is stored with today's, now that the password is at hand. */
const storeAnew = async ({ book, passwords }: PeopleDesk, { user, password, checked }: Known): Promise<void> => {
  if (checked !== "outdated") return;
  const passwordHash = await passwords.hash(password);
  if (passwordHash === null) return;
  await book.write(() => {
    const now = book.user(user.id);
    // It may have been changed meanwhile.
    return now?.passwordHash === user.passwordHash ? { put: { users: [{ ...now, passwordHash }] } } : {};
  });
};
