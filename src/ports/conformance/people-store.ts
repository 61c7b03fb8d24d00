import assert from "node:assert/strict";
import { accountId, userId } from "#src/core/ids.ts";
import type { Membership, OneTimeLink, People, Session, User } from "#src/ports/people-store.ts";
import { noon } from "#test/support/an-event.ts";
import type { Guarantees, LastingGuarantees } from "./guarantee.ts";

export const ada: User = {
  id: userId("user-1"),
  email: "ada@example.com",
  name: "Ada",
  passwordHash: "$argon2id$v=19$m=8,t=1,p=1$c2FsdA$aGFzaA",
  oidcSubject: null,
  createdAt: noon,
  disabledAt: null,
};
const bob: User = {
  ...ada,
  id: userId("user-2"),
  email: "bob@example.com",
  name: "",
  passwordHash: null,
  oidcSubject: "https://id.example 42",
  disabledAt: noon + 1,
};
const owns: Membership = {
  userId: ada.id,
  accountId: accountId("acme"),
  role: "owner",
  createdAt: noon,
  acceptedAt: noon + 2,
};
const views: Membership = { ...owns, accountId: accountId("other"), role: "viewer", acceptedAt: null };
const link: OneTimeLink = {
  hash: "a".repeat(64),
  kind: "invitation",
  userId: bob.id,
  accountId: accountId("acme"),
  createdAt: noon,
  expiresAt: noon + 3,
  usedAt: null,
};
const firstOwner: OneTimeLink = { ...link, hash: "b".repeat(64), kind: "first_owner", userId: null };
const session: Session = {
  hash: "c".repeat(64),
  userId: ada.id,
  accountId: accountId("acme"),
  createdAt: noon,
  lastSeenAt: noon + 1,
  expiresAt: noon + 9,
};
const everything: People = {
  users: [ada, bob],
  memberships: [owns, views],
  links: [link, firstOwner],
  sessions: [session],
};

export const peopleGuarantees: Guarantees = {
  "people are there as they were put": async ({ people }) => {
    assert.deepEqual(await people.all(), { users: [], memberships: [], links: [], sessions: [] });
    await people.save({ put: everything });
    assert.deepEqual(await people.all(), everything);
  },

  "what is put again takes the place of what was there": async ({ people }) => {
    await people.save({ put: everything });
    const later = {
      users: [{ ...ada, email: "ada@example.org", passwordHash: null }],
      memberships: [{ ...owns, role: "admin" } as const],
      links: [{ ...link, usedAt: noon }],
      sessions: [{ ...session, accountId: accountId("other") }],
    };
    await people.save({ put: later });
    assert.deepEqual(await people.all(), {
      users: [...later.users, bob],
      memberships: [...later.memberships, views],
      links: [...later.links, firstOwner],
      sessions: later.sessions,
    });
  },

  "what is removed is gone, and what was not there does no harm": async ({ people }) => {
    await people.save({ put: everything });
    await people.save({
      removedUsers: [ada.id, userId("nobody")],
      removedMemberships: [views, { ...views, accountId: accountId("none") }],
      removedLinks: [link.hash, "d"],
      removedSessions: [session.hash, "d"],
    });
    assert.deepEqual(await people.all(), { users: [bob], memberships: [owns], links: [firstOwner], sessions: [] });
  },

  "what is removed goes before what is put": async ({ people }) => {
    await people.save({ put: { users: [ada] } });
    const heir = { ...bob, email: ada.email };
    await people.save({ removedUsers: [ada.id], put: { users: [heir] } });
    assert.deepEqual((await people.all()).users, [heir]);
  },

  "no two people share an email, and a change that would let them is not done at all": async ({ people }) => {
    await people.save({ put: { users: [ada], links: [link] } });
    await assert.rejects(
      people.save({ removedLinks: [link.hash], put: { sessions: [session], users: [{ ...bob, email: ada.email }] } }),
    );
    assert.deepEqual(await people.all(), { users: [ada], memberships: [], links: [link], sessions: [] });
  },
};

export const lastingPeopleGuarantees: LastingGuarantees = {
  "people outlive the process": async ({ people }, reopen) => {
    await people.save({ put: everything });
    assert.deepEqual(await (await reopen()).people.all(), everything);
  },
};
