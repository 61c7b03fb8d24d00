import type { DatabaseSync } from "node:sqlite";

/** What SQLite says it would do, a step a line. */
export const planOf = (database: DatabaseSync, sql: string): readonly string[] =>
  database
    .prepare(`EXPLAIN QUERY PLAN ${sql}`)
    .all()
    .map((row) => String(row["detail"]));

export const tablesOf = (database: DatabaseSync): readonly string[] =>
  database
    .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    .all()
    .map((row) => String(row["name"]));

/**
 * What of a statement grows with its tables, in words; nothing where all of it is bounded. A table is
 * large unless it is named as small, and so is one that is not known at all. Refused are: reading a large table
 * from end to end or from one side on, and sorting its rows; a LIMIT bounds it where nothing is sorted.
 */
export const growthOf = (database: DatabaseSync, sql: string, smallTables: ReadonlySet<string>): readonly string[] => {
  const plan = planOf(database, sql);
  const isLarge = (name: string): boolean => !smallTables.has(tableNamed(sql, name));
  const sorted = plan.filter((line) => line.includes("TEMP B-TREE"));
  const isBounded = /\bLIMIT (?:\?|\d)/.test(sql) && sorted.length === 0;
  const onLarge = plan.filter((line) => {
    const name = stepPattern.exec(line)?.[1];
    return name !== undefined && !isNoTable(name, line) && isLarge(name);
  });
  const walked = onLarge.filter((line) => line.startsWith("SCAN") || isOpenRange(line));
  return [...(isBounded ? [] : walked), ...(onLarge.length > 0 ? sorted : [])];
};

const stepPattern = /^(?:SCAN|SEARCH) (\S+)/;

/** A subquery, a list of values, the members of a text: what they are read from has lines of its own. */
const isNoTable = (name: string, line: string): boolean =>
  /^(?:\(|\d|CONSTANT$)/.test(name) || line.includes("VIRTUAL TABLE");

/** Plans tell the alias where there is one. */
const tableNamed = (sql: string, name: string): string =>
  new RegExp(`\\b(\\w+)\\s+AS\\s+${RegExp.escape(name)}\\b`, "i").exec(sql)?.[1] ?? name;

/** From a place on, or up to one, with no other end and no equality that could hold it together. */
const isOpenRange = (line: string): boolean => {
  const terms = /\(([^()]*(?:\([^()]*\)[^()]*)*)\)$/.exec(line)?.[1];
  if (terms === undefined) return false;
  return !/(?<![<>])=/.test(terms) && !(terms.includes(">") && terms.includes("<"));
};
