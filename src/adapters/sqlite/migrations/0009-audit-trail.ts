/** Who did what outside the catalog: see `ports/audit-trail.ts`. It only grows. */
export const auditTrailSchema = `
CREATE TABLE act (
  place INTEGER PRIMARY KEY, at INTEGER NOT NULL, actor TEXT NOT NULL, actor_name TEXT NOT NULL, actor_account TEXT NOT NULL,
  account TEXT NOT NULL, app TEXT, kind TEXT NOT NULL, subject TEXT NOT NULL, verb TEXT NOT NULL, before TEXT, after TEXT
) STRICT;
`;
