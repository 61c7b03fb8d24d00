/** Filters of old known event ids, which no longer stand in memory: see `filter-groups.ts`. */
export const filterGroups = `
CREATE TABLE filter_group (number INTEGER PRIMARY KEY, blocks INTEGER NOT NULL) STRICT;
CREATE TABLE filter_blocks (place INTEGER PRIMARY KEY, words BLOB NOT NULL) STRICT;
`;
