/**
 * How far `counted` has been put into `counter`, while that is under way: of its rows up to `up_to` what is of apps before
 * `app`, and of that app up to `row`; see `counter-filling.ts`.
 */
export const countedPlaceSchema = `
CREATE TABLE counted_place (id INTEGER PRIMARY KEY CHECK (id = 1), up_to INTEGER NOT NULL, app TEXT NOT NULL, row TEXT NOT NULL) STRICT;
`;
