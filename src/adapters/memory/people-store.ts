import { invariant } from "#src/core/invariant.ts";
import type { Membership, PeopleChange, PeopleStore } from "#src/ports/people-store.ts";
import type { Commit } from "./commit.ts";
import type { PeopleTables, Tables } from "./tables.ts";

export const peopleStore = (commit: Commit): PeopleStore => ({
  all: () =>
    commit(({ people }) => ({
      users: [...people.users.values()],
      memberships: [...people.memberships.values()],
      links: [...people.links.values()],
      sessions: [...people.sessions.values()],
    })),
  save: (change) => commit((tables) => save(tables, change)),
});

/** Done on copies, which take the place of the tables when all of it is right. */
const save = (tables: Tables, change: PeopleChange): void => {
  const { users, memberships, links, sessions } = copyOf(tables.people);
  for (const removed of change.removedMemberships ?? []) memberships.delete(membershipKey(removed));
  for (const id of change.removedUsers ?? []) users.delete(id);
  for (const hash of change.removedLinks ?? []) links.delete(hash);
  for (const hash of change.removedSessions ?? []) sessions.delete(hash);
  const put = change.put ?? {};
  for (const user of put.users ?? []) users.set(user.id, user);
  for (const membership of put.memberships ?? []) memberships.set(membershipKey(membership), membership);
  for (const link of put.links ?? []) links.set(link.hash, link);
  for (const session of put.sessions ?? []) sessions.set(session.hash, session);
  const emails = new Set([...users.values()].map(({ email }) => email));
  invariant(emails.size === users.size, "no two people share an email");
  tables.people = { users, memberships, links, sessions };
  tables.acts.push(...(change.acts ?? []));
};

const copyOf = ({ users, memberships, links, sessions }: PeopleTables): PeopleTables => ({
  users: new Map(users),
  memberships: new Map(memberships),
  links: new Map(links),
  sessions: new Map(sessions),
});

/** Ids hold no space. */
const membershipKey = ({ userId, accountId }: Pick<Membership, "userId" | "accountId">): string =>
  `${userId} ${accountId}`;
