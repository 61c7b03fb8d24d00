import { argon2Passwords } from "#src/adapters/system/argon2-passwords.ts";
import { nodeHashes } from "#src/adapters/system/node-hashes.ts";
import { accountId, userId } from "#src/core/ids.ts";
import type { Role } from "#src/core/permissions/role.ts";
import type { People } from "#src/ports/people-store.ts";

/** People who are signed in, by what the matrix calls them: their account, and their role there. */
const places = {
  "viewer signed in": ["acme", "viewer"],
  "owner signed in": ["acme", "owner"],
  "rival signed in": ["rival", "owner"],
  "operator signed in": ["main", "owner"],
} as const satisfies Record<string, readonly [string, Role]>;
export type PersonName = keyof typeof places;
const isPerson = (name: string): name is PersonName => Object.hasOwn(places, name);
export const personNames: readonly PersonName[] = Object.keys(places).filter(isPerson);

export const personPassword = "correct horse battery";
/** Invites the viewer into the account `rival`. */
export const joinToken = "carom_link_join";
/** Invites somebody who has not come yet. */
export const inviteToken = "carom_link_invite";
/** A viewer of acme, and of nothing else. */
export const memberId = userId("user-member");
const invitedId = userId("user-invited");

const userIdOf = (person: PersonName) => userId(`user-${places[person].join("-")}`);

const hashed = argon2Passwords({ memoryKibibytes: 8, passes: 1, lanes: 1 }).hash(personPassword);

/** Everybody with a password and a session, at the time of a clock. */
export const peopleOfAccounts = async (now: number): Promise<People> => {
  const passwordHash = await hashed;
  const later = now + 86_400_000;
  const members = personNames.map((person) => {
    const [account, role] = places[person];
    const id = userIdOf(person);
    return {
      user: { id, email: emailOf(person), name: `${role} of ${account}`, passwordHash, ...fresh(now) },
      place: { userId: id, accountId: accountId(account), role, createdAt: now, acceptedAt: now },
    };
  });
  const invited = { id: invitedId, email: "invited of acme@example.com", name: "", passwordHash: null, ...fresh(now) };
  const member = {
    ...invited,
    id: memberId,
    email: "member of acme@example.com",
    name: "member of acme",
    passwordHash,
  };
  const viewer = userIdOf("viewer signed in");
  const pending = (user: typeof viewer, account: string) =>
    ({ userId: user, accountId: accountId(account), role: "viewer", createdAt: now, acceptedAt: null }) as const;
  const link = (token: string, user: typeof viewer, account: string) =>
    ({
      hash: nodeHashes.sha256(token),
      kind: "invitation",
      userId: user,
      accountId: accountId(account),
      createdAt: now,
      expiresAt: later,
      usedAt: null,
    }) as const;
  return {
    users: [...members.map(({ user }) => user), invited, member],
    memberships: [
      ...members.map(({ place }) => place),
      { ...pending(memberId, "acme"), acceptedAt: now },
      pending(invitedId, "acme"),
      pending(viewer, "rival"),
    ],
    links: [link(joinToken, viewer, "rival"), link(inviteToken, invitedId, "acme")],
    sessions: personNames.map((person) => ({
      hash: nodeHashes.sha256(sessionOf(person)),
      userId: userIdOf(person),
      accountId: accountId(places[person][0]),
      createdAt: now,
      lastSeenAt: now,
      expiresAt: later,
    })),
  };
};

const fresh = (createdAt: number) => ({ oidcSubject: null, createdAt, disabledAt: null });
export const emailOf = (person: PersonName): string =>
  `${places[person].toReversed().join(" of ")}@example.com`.replaceAll(" ", "-");
const sessionOf = (person: PersonName): string => `session-${person.replaceAll(" ", "-")}`;

export const personHeaders = (person: PersonName): Readonly<Record<string, string>> => ({
  cookie: `carom_session=${sessionOf(person)}`,
  "carom-csrf": nodeHashes.sha256(`csrf ${sessionOf(person)}`),
});
