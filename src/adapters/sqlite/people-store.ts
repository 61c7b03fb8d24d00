import { invariant } from "#src/core/invariant.ts";
import type { Membership, OneTimeLink, PeopleChange, PeopleStore, Session, User } from "#src/ports/people-store.ts";
import { actsText } from "./act-rows.ts";
import { pushList, type Scalar } from "./flat.ts";
import type { PeopleQuestion, PeopleStep } from "./people-rows.ts";
import type { CallStore } from "./store-client.ts";

export const peopleStore = (call: CallStore): PeopleStore => ({
  all: async () => {
    const question: PeopleQuestion = "people";
    const answer = await call("readConfig", (flat) => flat.push(question));
    const users: User[] = [];
    const memberships: Membership[] = [];
    const links: OneTimeLink[] = [];
    const sessions: Session[] = [];
    while (!answer.isAtEnd) {
      const kind = answer.text();
      const body = answer.text();
      if (kind === "user") users.push(JSON.parse(body));
      else if (kind === "membership") memberships.push(JSON.parse(body));
      else if (kind === "link") links.push(JSON.parse(body));
      else {
        invariant(kind === "session", `${kind} is a kind of row about people`);
        sessions.push(JSON.parse(body));
      }
    }
    return { users, memberships, links, sessions };
  },
  save: async (change) => {
    const steps = stepsOf(change);
    const question: PeopleQuestion = "savePeople";
    await call("writeConfig", (flat) => {
      flat.push(question, steps.length);
      for (const [step, ...values] of steps) {
        flat.push(step);
        pushList(flat, values);
      }
    });
  },
});

type Step = readonly [PeopleStep, ...Scalar[]];

const stepsOf = (change: PeopleChange): readonly Step[] => [
  ...(change.removedMemberships ?? []).map(({ userId, accountId }): Step => ["removeMembership", userId, accountId]),
  ...(change.removedUsers ?? []).map((id): Step => ["removeUser", id]),
  ...(change.removedLinks ?? []).map((hash): Step => ["removeLink", hash]),
  ...(change.removedSessions ?? []).map((hash): Step => ["removeSession", hash]),
  ...(change.put?.users ?? []).map((user): Step => ["putUser", user.id, user.email, JSON.stringify(user)]),
  ...(change.put?.memberships ?? []).map(
    (one): Step => ["putMembership", one.userId, one.accountId, JSON.stringify(one)],
  ),
  ...(change.put?.links ?? []).map((link): Step => ["putLink", link.hash, JSON.stringify(link)]),
  ...(change.put?.sessions ?? []).map((session): Step => ["putSession", session.hash, JSON.stringify(session)]),
  ...(change.acts === undefined ? [] : [["appendActs", actsText(change.acts)] satisfies Step]),
];
