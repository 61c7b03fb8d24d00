/** Kinds of what is done outside the catalog and told by the audit log; the catalog tells its own changes. */
export const actKinds = [
  "key",
  "user",
  "secret",
  "erasure",
  "pause",
  "replay",
  "backfill",
  "postback",
  "notice",
  "rates",
  "partner_test",
  "backup",
  "encryption_key",
] as const;
export type ActKind = (typeof actKinds)[number];

/** What was done, as the past tense of a verb. */
export const actVerbs = [
  "made",
  "invited",
  "accepted",
  "reset",
  "changed",
  "removed",
  "rotated",
  "set",
  "erased",
  "paused",
  "resumed",
  "started",
  "stopped",
  "cancelled",
  "redelivered",
  "rerendered",
  "imported",
  "tested",
  "written",
] as const;
export type ActVerb = (typeof actVerbs)[number];
