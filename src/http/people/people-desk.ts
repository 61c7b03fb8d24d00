import type { Hashes } from "#src/core/templates/hashes.ts";
import type { Chance } from "#src/ports/chance.ts";
import type { Clock } from "#src/ports/clock.ts";
import type { IdentityProvider } from "#src/ports/identity-provider.ts";
import type { Passwords } from "#src/ports/passwords.ts";
import type { PeopleStore } from "#src/ports/people-store.ts";
import { type OneTimeLinks, openOneTimeLinks } from "./one-time-links.ts";
import { PeopleBook } from "./people-book.ts";
import { openSessions, type SessionLimits, type Sessions } from "./sessions.ts";
import { openSignInThrottle, type SignInThrottle } from "./sign-in-throttle.ts";

/** Everything about people. One for all listeners of a process: whom the socket shuts out is out on the port at once. */
export type PeopleDesk = {
  readonly book: PeopleBook;
  readonly sessions: Sessions;
  readonly sessionLimits: SessionLimits;
  readonly links: OneTimeLinks;
  readonly throttle: SignInThrottle;
  readonly passwords: Passwords;
  /** Null where none is set. */
  readonly identityProvider: IdentityProvider | null;
  /** Where people reach this server; null where nobody said. */
  readonly publicUrl: string | null;
};

export const openPeopleDesk = async (parts: {
  readonly store: PeopleStore;
  readonly clock: Clock;
  readonly hashes: Hashes;
  readonly chance: Chance;
  readonly passwords: Passwords;
  readonly sessionLimits: SessionLimits;
  readonly identityProvider: IdentityProvider | null;
  readonly publicUrl: string | null;
}): Promise<PeopleDesk> => {
  const book = await PeopleBook.open(parts.store);
  const { passwords, sessionLimits, identityProvider, publicUrl } = parts;
  return {
    book,
    sessions: openSessions({ ...parts, book, limits: sessionLimits }),
    sessionLimits,
    links: openOneTimeLinks({ ...parts, book }),
    throttle: openSignInThrottle(parts.clock),
    passwords,
    identityProvider,
    publicUrl,
  };
};
