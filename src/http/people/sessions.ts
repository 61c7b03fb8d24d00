import type { AccountId, UserId } from "#src/core/ids.ts";
import type { Hashes } from "#src/core/templates/hashes.ts";
import type { Clock } from "#src/ports/clock.ts";
import type { Membership, PeopleChange, Session, User } from "#src/ports/people-store.ts";
import type { PeopleBook } from "./people-book.ts";

/** How long somebody stays signed in. */
export type SessionLimits = {
  /** Without any request. */
  readonly idleMs: number;
  /** Whatever they do. */
  readonly longestMs: number;
};

export type SignedIn = { readonly user: User; readonly membership: Membership; readonly session: Session };

/** What a browser that signed in is known by. Its id stands in its cookie and nowhere else. */
export type Sessions = {
  /** Who asks, as they are at this moment: one who was disabled or removed is nobody. A session that asks is not idle. */
  readonly find: (id: string) => SignedIn | null;
  /** The same of one that asks nothing by itself: an open page that nobody sits at is to be signed out. */
  readonly look: (id: string) => SignedIn | null;
  readonly put: (id: string, of: { readonly userId: UserId; readonly accountId: AccountId }) => Promise<void>;
  readonly end: (id: string) => Promise<void>;
  /** What an unsafe request has to carry beside the cookie: only who reads answers of this server knows it. */
  readonly csrfToken: (id: string) => string;
};

const sessionsPerUserMax = 50;
/** A session that is used costs the store a row in so much time. */
const seenEveryMs = 300_000;

type Parts = {
  readonly book: PeopleBook;
  readonly clock: Clock;
  readonly hashes: Hashes;
  readonly limits: SessionLimits;
};

export const openSessions = (parts: Parts): Sessions => {
  const { book, clock, hashes, limits } = parts;
  const { isOver, isDue } = sessionTimes(parts);

  const look = (id: string): SignedIn | null => {
    const session = book.session(hashes.sha256(id));
    if (session === null || isOver(session)) return null;
    const user = book.user(session.userId);
    const membership = book.membership(session.userId, session.accountId);
    if (user === null || user.disabledAt !== null || membership === null || membership.acceptedAt === null) return null;
    return { user, membership, session };
  };

  return {
    look,
    find: (id) => {
      const found = look(id);
      if (found !== null && isDue(found.session)) noteSeen(parts, found.session);
      return found;
    },
    put: (id, { userId, accountId }) =>
      book.write(() => {
        const hash = hashes.sha256(id);
        const now = clock.now();
        const known = book.session(hash);
        const kept = known?.userId === userId ? known : { createdAt: now, expiresAt: now + limits.longestMs };
        const session = { hash, userId, accountId, createdAt: kept.createdAt, expiresAt: kept.expiresAt };
        return {
          removedSessions: staleHashes(parts, userId).filter((stale) => stale !== hash),
          put: { sessions: [{ ...session, lastSeenAt: now }] },
        };
      }),
    end: async (id) => {
      const hash = hashes.sha256(id);
      if (book.session(hash) !== null) await book.write(() => ({ removedSessions: [hash] }));
    },
    csrfToken: (id) => hashes.sha256(`csrf ${id}`),
  };
};

const sessionTimes = ({ clock, limits }: Parts) => ({
  isOver: ({ lastSeenAt, expiresAt }: Session): boolean =>
    expiresAt <= clock.now() || lastSeenAt + limits.idleMs <= clock.now(),
  /** Whether that it is used is to be written again. */
  isDue: ({ lastSeenAt }: Session): boolean => clock.now() - lastSeenAt >= Math.min(seenEveryMs, limits.idleMs / 2),
});

const noteSeen = (parts: Parts, { hash }: Session): void => {
  const { book, clock } = parts;
  const seen = (): PeopleChange => {
    // It may have been ended meanwhile, and is not to come back.
    const session = book.session(hash);
    return session === null || !sessionTimes(parts).isDue(session)
      ? {}
      : { put: { sessions: [{ ...session, lastSeenAt: clock.now() }] } };
  };
  // Where it cannot be written, the next request tells again.
  book.write(seen).catch(() => {});
};

/** Those that are over, and of somebody who signs in everywhere the oldest. */
const staleHashes = (parts: Parts, id: UserId): readonly string[] => {
  const { book } = parts;
  const { isOver } = sessionTimes(parts);
  const over = book.sessions().filter(isOver);
  const live = book.sessionsOf(id).filter((session) => !isOver(session));
  const oldest = live.toSorted((one, other) => other.lastSeenAt - one.lastSeenAt).slice(sessionsPerUserMax - 1);
  return [...over, ...oldest].map(({ hash }) => hash);
};
