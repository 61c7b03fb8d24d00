/** What commits have counted and `counter` does not have yet: one row of a commit, see `counter-sums.ts`. */
export const countedSchema = `
CREATE TABLE counted (position INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT;
`;
