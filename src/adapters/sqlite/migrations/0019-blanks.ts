/** What fills free pages while they are overwritten, and is removed then: see `free-pages.ts`. */
export const blanks = `
CREATE TABLE blank (number INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT;
`;
