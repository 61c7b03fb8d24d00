/** Counters by hour (grain 0) and day (grain 1): see `ports/counters.ts`. Absent places are empty texts, which no id or name is. */
export const counterSchema = `
CREATE TABLE counter (
  grain INTEGER NOT NULL, at INTEGER NOT NULL, app TEXT NOT NULL, owner TEXT NOT NULL, name TEXT NOT NULL, measure TEXT NOT NULL,
  count INTEGER NOT NULL, PRIMARY KEY (grain, at, app, owner, name, measure)
) STRICT, WITHOUT ROWID;
`;
