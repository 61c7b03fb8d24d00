import type { Act, ActFilter } from "#src/ports/audit-trail.ts";

/** One text holds them all, an array of columns each: see `actsText`. */
export const appendActs = `INSERT INTO act
  (at, actor, actor_name, actor_account, account, app, kind, subject, verb, before, after)
  SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7,
    value ->> 8, value ->> 9, value ->> 10 FROM json_each(?) ORDER BY key`;

/** What `appendActs` reads. */
export const actsText = (acts: readonly Act[]): string => JSON.stringify(acts.map(columnsOf));

const columnsOf = ({ at, actor, account, appId: app, kind, subject, verb, before, after }: Act) => [
  at,
  actor.id,
  actor.name,
  actor.account,
  account,
  app,
  kind,
  subject,
  verb,
  before,
  after,
];

/** In the order of the parameters from the second on. */
const conditions = {
  kind: "kind = ?2",
  subject: "subject = ?3",
  appId: "app = ?4",
  account: "account = ?5",
  involves: "(account = ?6 OR actor_account = ?6)",
  by: "actor_name = ?7",
  from: "at >= ?8",
  to: "at < ?9",
} as const satisfies Record<keyof ActFilter, string>;

/** Those that are always given stand there plainly, so that an index serves them. */
const actsWhere = (plain: Partial<Record<keyof ActFilter, string>>): string => {
  const all = Object.entries({ ...conditions, ...plain }).map(([name, condition]) =>
    Object.hasOwn(plain, name) ? condition : `(${parameterOf(condition)} IS NULL OR ${condition})`,
  );
  return `SELECT place, at, actor, actor_name, actor_account, account, app, kind, subject, verb, before, after FROM act
    WHERE place < coalesce(?1, 9e18) AND ${all.join(" AND ")}`;
};

const newest = "ORDER BY place DESC LIMIT ?10";

const parameterOf = (condition: string): string => /\?\d/.exec(condition)?.[0] ?? "NULL";

/** One for each index, the narrowest first: a page costs what its filter finds, not what the trail holds. */
export const findActs = {
  findActsOfSubject: `${actsWhere({ kind: conditions.kind, subject: conditions.subject })} ${newest}`,
  findActsOfApp: `${actsWhere({ appId: conditions.appId })} ${newest}`,
  findActsOfAccount: `${actsWhere({ account: conditions.account })} ${newest}`,
  // Two walks of two indexes that are merged: one walk with an OR would sort all that it finds.
  findActsInvolving: `${actsWhere({ involves: "account = ?6" })}
    UNION ALL ${actsWhere({ involves: "actor_account = ?6 AND account <> ?6" })} ${newest}`,
  findActsBy: `${actsWhere({ by: conditions.by })} ${newest}`,
  findActsOfKind: `${actsWhere({ kind: conditions.kind })} ${newest}`,
  findActs: `${actsWhere({})} ${newest}`,
} as const;

export const questionOf = ({ kind, subject, appId, account, involves, by }: ActFilter): keyof typeof findActs => {
  if (kind !== undefined && subject !== undefined) return "findActsOfSubject";
  if (appId !== undefined) return "findActsOfApp";
  if (account !== undefined) return "findActsOfAccount";
  if (involves !== undefined) return "findActsInvolving";
  if (by !== undefined) return "findActsBy";
  return kind !== undefined ? "findActsOfKind" : "findActs";
};
