import type { DatabaseSync } from "node:sqlite";
import { integerAt, prepare } from "./columns.ts";
import { firstSchema } from "./migrations/0001-first.ts";
import { onceMarks } from "./migrations/0002-once-marks.ts";
import { counterSchema } from "./migrations/0003-counters.ts";
import { postbackVersions } from "./migrations/0004-postback-versions.ts";
import { keysOfAccounts } from "./migrations/0005-keys-of-accounts.ts";
import { noticeSchema } from "./migrations/0006-notices.ts";
import { catalogParts } from "./migrations/0007-catalog-parts.ts";
import { exchangeRates } from "./migrations/0008-exchange-rates.ts";
import { auditTrailSchema } from "./migrations/0009-audit-trail.ts";
import { peopleSchema } from "./migrations/0010-people.ts";
import { filterGroups } from "./migrations/0011-filter-groups.ts";
import { countedSchema } from "./migrations/0012-counted.ts";
import { actsByFilter } from "./migrations/0013-acts-by-filter.ts";
import { countedPlaceSchema } from "./migrations/0014-counted-place.ts";
import { firstKey } from "./migrations/0015-first-key.ts";
import { sharedDecisions } from "./migrations/0016-shared-decisions.ts";
import { formerParts } from "./migrations/0017-former-parts.ts";
import { countedAdditions } from "./migrations/0018-counted-additions.ts";
import { blanks } from "./migrations/0019-blanks.ts";
import { countedBody } from "./migrations/0020-counted-body.ts";
import { packedInstalls } from "./migrations/0021-packed-installs.ts";

/** The n-th brings a file from version n-1 to n. One that was released never changes. */
export const migrations: readonly string[] = [
  firstSchema,
  onceMarks,
  counterSchema,
  postbackVersions,
  keysOfAccounts,
  noticeSchema,
  catalogParts,
  exchangeRates,
  auditTrailSchema,
  peopleSchema,
  filterGroups,
  countedSchema,
  actsByFilter,
  countedPlaceSchema,
  firstKey,
  sharedDecisions,
  formerParts,
  countedAdditions,
  blanks,
  countedBody,
  packedInstalls,
];

/** The folder was written by a newer Carom; nothing of it was touched. */
export class SchemaNewer extends Error {
  constructor(found: number, known: number) {
    super(
      `the data folder was written by a newer Carom (schema ${found}, this one knows ${known}): run that version, or restore a backup made before the upgrade`,
    );
    this.name = "SchemaNewer";
  }
}

/** Brings the file to the newest version: all steps that are missing, or none. */
export const migrate = (database: DatabaseSync, steps: readonly string[] = migrations): void => {
  const version = schemaVersion(database);
  if (version > steps.length) throw new SchemaNewer(version, steps.length);
  if (version === steps.length) return;
  database.exec("BEGIN IMMEDIATE");
  try {
    for (const step of steps.slice(version)) database.exec(step);
    database.exec(`PRAGMA user_version = ${steps.length}`);
    database.exec("COMMIT");
  } catch (error) {
    if (database.isTransaction) database.exec("ROLLBACK");
    throw error;
  }
};

export const schemaVersion = (database: DatabaseSync): number => {
  const row = prepare(database, "PRAGMA user_version").get();
  return row === undefined ? 0 : integerAt(row, 0);
};
