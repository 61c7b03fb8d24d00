/** Where notices go, what people have been told of, and what is still to be told. */
export const noticeSchema = `
CREATE TABLE notice_target (id TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT;
CREATE TABLE open_notice (key TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT;
CREATE TABLE queued_notice (
  id TEXT PRIMARY KEY, target TEXT NOT NULL, at INTEGER NOT NULL, tries INTEGER NOT NULL, due INTEGER NOT NULL, body TEXT NOT NULL
) STRICT;
CREATE INDEX queued_notice_by_due ON queued_notice (due);
`;
