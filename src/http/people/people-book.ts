import type { AccountId, UserId } from "#src/core/ids.ts";
import type { Act } from "#src/ports/audit-trail.ts";
import type { Membership, OneTimeLink, PeopleChange, PeopleStore, Session, User } from "#src/ports/people-store.ts";

/** What is to be written, and what to answer when it is. */
export type Decided<Answer> = { readonly change: PeopleChange; readonly answer: Answer };

/**
 * Everybody who may sign in, in memory: every request of a signed-in person asks, and may not wait for the store.
 * Changes are decided one after another, each over what the one before it wrote.
 */
export class PeopleBook {
  readonly #store: PeopleStore;
  readonly #users = new Map<UserId, User>();
  readonly #memberships = new Map<UserId, Map<AccountId, Membership>>();
  readonly #links = new Map<string, OneTimeLink>();
  readonly #sessions = new Map<string, Session>();
  #last: Promise<unknown> = Promise.resolve();

  private constructor(store: PeopleStore) {
    this.#store = store;
  }

  static readonly open = async (store: PeopleStore): Promise<PeopleBook> => {
    const book = new PeopleBook(store);
    book.#apply({ put: await store.all() });
    return book;
  };

  user(id: UserId): User | null {
    return this.#users.get(id) ?? null;
  }

  userOfEmail(email: string): User | null {
    return this.#users.values().find((user) => user.email === email) ?? null;
  }

  userOfSubject(subject: string): User | null {
    return this.#users.values().find(({ oidcSubject }) => oidcSubject === subject) ?? null;
  }

  membershipsOf(id: UserId): readonly Membership[] {
    return [...(this.#memberships.get(id)?.values() ?? [])];
  }

  membership(id: UserId, account: AccountId): Membership | null {
    return this.#memberships.get(id)?.get(account) ?? null;
  }

  memberships(): readonly Membership[] {
    return [...this.#memberships.values()].flatMap((ofUser) => [...ofUser.values()]);
  }

  link(hash: string): OneTimeLink | null {
    return this.#links.get(hash) ?? null;
  }

  links(): readonly OneTimeLink[] {
    return [...this.#links.values()];
  }

  session(hash: string): Session | null {
    return this.#sessions.get(hash) ?? null;
  }

  sessions(): readonly Session[] {
    return [...this.#sessions.values()];
  }

  sessionsOf(id: UserId): readonly Session[] {
    return [...this.#sessions.values()].filter(({ userId }) => userId === id);
  }

  /** Decides when its turn has come. What is refused, or could not be written, has changed nothing, and is told nowhere. */
  change<Answer, Refused extends { readonly kind: "refusal" }>(
    decide: () => Decided<Answer> | Refused,
    tell: (answer: Answer) => readonly Act[] = () => [],
  ): Promise<Answer | Refused> {
    const turn = this.#last.then(async () => {
      const decided = decide();
      if ("kind" in decided) return decided;
      await this.#store.save({ ...decided.change, acts: tell(decided.answer) });
      this.#apply(decided.change);
      return decided.answer;
    });
    this.#last = turn.catch(() => {});
    return turn;
  }

  /** A change that nothing is said against. */
  write(change: () => PeopleChange, acts: readonly Act[] = []): Promise<void> {
    return this.change(
      () => ({ change: change(), answer: undefined }),
      () => acts,
    ).then(() => {});
  }

  #apply(change: PeopleChange): void {
    for (const { userId, accountId } of change.removedMemberships ?? [])
      this.#memberships.get(userId)?.delete(accountId);
    for (const id of change.removedUsers ?? []) {
      this.#users.delete(id);
      this.#memberships.delete(id);
    }
    for (const hash of change.removedLinks ?? []) this.#links.delete(hash);
    for (const hash of change.removedSessions ?? []) this.#sessions.delete(hash);
    const { users = [], memberships = [], links = [], sessions = [] } = change.put ?? {};
    for (const user of users) this.#users.set(user.id, user);
    for (const membership of memberships) {
      const ofUser = this.#memberships.get(membership.userId) ?? new Map<AccountId, Membership>();
      this.#memberships.set(membership.userId, ofUser.set(membership.accountId, membership));
    }
    for (const link of links) this.#links.set(link.hash, link);
    for (const session of sessions) this.#sessions.set(session.hash, session);
  }
}
