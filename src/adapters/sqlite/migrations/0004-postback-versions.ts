/** Requests of postbacks that were rendered again while they waited: the newest is in force, the first is in `postback`. */
export const postbackVersions = `
CREATE TABLE postback_version (
  postback INTEGER NOT NULL, version INTEGER NOT NULL, rendered_at INTEGER NOT NULL,
  method TEXT NOT NULL, url TEXT NOT NULL, headers TEXT, body TEXT, PRIMARY KEY (postback, version)
) STRICT, WITHOUT ROWID;
`;
