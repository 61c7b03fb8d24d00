/** Rules that fire once: whom each has matched for, and by which event. The unique index decides who was first; rows are removed in the order in which they came. */
export const onceMarks = `
CREATE TABLE once_mark (
  mark INTEGER PRIMARY KEY, app INTEGER NOT NULL, rule INTEGER NOT NULL, subject TEXT NOT NULL, event TEXT NOT NULL, marked_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX once_mark_by_subject ON once_mark (subject, rule, app);
`;
