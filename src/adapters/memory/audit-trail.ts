import type { Act, ActFilter, AuditTrail } from "#src/ports/audit-trail.ts";
import type { Commit } from "./commit.ts";

export const auditTrail = (commit: Commit): AuditTrail => ({
  append: (acts) =>
    commit((tables) => {
      tables.acts.push(...acts);
    }),
  forgetBefore: ({ at, limit }) =>
    commit(({ acts }) => {
      const old = [...acts.entries()].flatMap(([place, act]) => (act !== null && act.at < at ? [{ place, act }] : []));
      const oldest = old.toSorted((one, other) => one.act.at - other.act.at).slice(0, limit);
      for (const { place } of oldest) acts[place] = null;
      return oldest.length;
    }),
  find: (filter, { limit, cursor }) =>
    commit(({ acts }) => {
      const found = acts
        .flatMap((act, index) => (act === null ? [] : [{ ...act, cursor: String(index + 1) }]))
        .filter((act) => isWanted(act, filter) && (cursor === null || Number(act.cursor) < Number(cursor)))
        .reverse();
      const items = found.slice(0, limit);
      return { items, nextCursor: found.length > limit ? (items.at(-1)?.cursor ?? null) : null };
    }),
});

const isWanted = (act: Act, { kind, subject, appId, account, involves, by, from, to }: ActFilter): boolean =>
  (kind === undefined || act.kind === kind) &&
  (subject === undefined || act.subject === subject) &&
  (appId === undefined || act.appId === appId) &&
  (account === undefined || act.account === account) &&
  (involves === undefined || act.account === involves || act.actor.account === involves) &&
  (by === undefined || act.actor.name === by) &&
  (from === undefined || act.at >= from) &&
  (to === undefined || act.at < to);
