/** Each row keeps its object as JSON: nothing but keys is ever asked for. Of passwords, links and sessions hashes only. */
export const peopleSchema = `
CREATE TABLE user (id TEXT PRIMARY KEY, email TEXT NOT NULL UNIQUE, body TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE membership (
  user TEXT NOT NULL, account TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (user, account)
) STRICT, WITHOUT ROWID;
CREATE TABLE one_time_link (hash TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE session (hash TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT, WITHOUT ROWID;
`;
