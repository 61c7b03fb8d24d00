/**
 * How far `counted` has been put into `counter`: of its rows up to `up_to` so many additions, or all (null); see
 * `counter-filling.ts`. What an app and a row stood for is put into the table by the first start, `former-filling.ts`.
 */
export const countedAdditions = `
ALTER TABLE counted_place RENAME TO former_counted_place;
CREATE TABLE counted_place (id INTEGER PRIMARY KEY CHECK (id = 1), up_to INTEGER NOT NULL, added INTEGER) STRICT;
`;
