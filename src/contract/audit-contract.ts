import { z } from "zod";
import { actKinds, actVerbs } from "#src/core/permissions/act.ts";
import { closedObject } from "./closed-object.ts";
import { pageOf, pageQuery, searchText, timeParameter, timeWire } from "./list-query.ts";
import {
  ifMatchHeader,
  kindRows,
  resourceChangeWire,
  resourceKinds,
  writeRefusals,
  writeSwitches,
} from "./resource-contract.ts";
import { defineRoute, idempotencyHeader, jsonBody, jsonOk, noBody } from "./route.ts";
import { atLeast } from "./route-access.ts";

export const versionWire = z
  .strictObject({
    key: z.string().meta({ description: "Which resource: `partner/<id>`, `integration/<app>/<partner>`." }),
    revision: z.int().meta({ description: "Of the change, by which it can be restored." }),
    at: timeWire,
    by: z.string().meta({ description: "The key or person that made it, or `local`." }),
    account_id: z.string().nullable(),
    change: z.enum(["made", "changed", "removed"]),
    before: z.looseObject({}).nullable(),
    after: z.looseObject({}).nullable(),
  })
  .meta({ id: "ResourceVersion" });
export type VersionWire = z.output<typeof versionWire>;

/** A change of the configuration, or something that was done besides. */
export const auditEntryWire = z
  .strictObject({
    key: z.string().meta({
      description:
        "What it was done to: `integration/<app>/<partner>` of the configuration; else `key/<id>`, `secret/<name>`, `erasure/<kind>/<SHA-256 of the id>`, `pause/app/<id>`, and so on.",
    }),
    revision: z
      .int()
      .nullable()
      .meta({ description: "Of a change of the configuration, by which it can be restored; null of all else." }),
    at: timeWire,
    by: z.string().meta({ description: "The name of the key or person that did it, or `local`." }),
    by_id: z
      .string()
      .nullable()
      .meta({ description: "Of the key or person, or `local`; null of a change of the configuration." }),
    account_id: z
      .string()
      .nullable()
      .meta({ description: "Whose thing it was done to; of a change of the configuration, who made it." }),
    app_id: z.string().nullable().meta({ description: "Where it was done to one app, or to what stands in it." }),
    change: z.enum(actVerbs),
    before: z.looseObject({}).nullable(),
    after: z.looseObject({}).nullable().meta({
      description:
        "Never a secret's value, nor an id of a person in clear. What is no single transaction (work on many postbacks, an erasure, a test, a backup, a rotation of the encryption key) has two entries, and here its `stage`: `begun`, then `done` or `failed`. One that has only begun was cut off by the end of the process.",
    }),
  })
  .meta({ id: "AuditEntry" });
export type AuditEntryWire = z.output<typeof auditEntryWire>;

/** Two places: in the history of the catalog, and among what was done besides. */
const auditCursor = /^\d{1,16}-\d{1,16}$/;

const times = {
  from: timeParameter.optional().meta({ description: "Inclusive." }),
  to: timeParameter.optional().meta({ description: "Exclusive." }),
};

export const auditRoutes = {
  readAudit: defineRoute({
    operation: "readAudit",
    group: "audit",
    method: "GET",
    path: "/v1/audit",
    summary:
      "Who changed what of the configuration and when, with what stood there before; and for admins what was done besides: keys, secrets, erasures, pauses, replays and other work in bulk, notices, rates, tests, backups. Newest first.",
    access: atLeast("editor"),
    params: closedObject({}),
    query: closedObject({
      ...pageQuery,
      cursor: z
        .string()
        .regex(auditCursor, { error: "must be `next_cursor` of the page before, as it was answered" })
        .optional()
        .meta({ description: "`next_cursor` of the page before." }),
      key: searchText.optional().meta({ description: "One thing: `partner/<id>`, `rule/<app>/<rule>`, `key/<id>`." }),
      kind: z.enum(["everything", ...resourceKinds, ...actKinds]).optional(),
      app_id: searchText.optional().meta({ description: "An app and what stands in it." }),
      account_id: searchText
        .optional()
        .meta({ description: "Changes that this account made, and what was done to things of its own." }),
      by: searchText.optional().meta({ description: "Who made them." }),
      since_revision: z.coerce
        .number()
        .int()
        .min(0)
        .optional()
        .meta({ description: "Later than this revision; leaves out what is no change of the configuration." }),
      ...times,
    }),
    body: noBody,
    ok: jsonOk(200, "A page of changes.", pageOf(auditEntryWire)),
    refusals: [],
  }),
  readPartnerVersions: defineRoute({
    operation: "readPartnerVersions",
    group: "partners",
    method: "GET",
    path: kindRows.partner.path.concat("/versions"),
    summary:
      "Every version of a partner and its templates, newest first. `dry_run` of a change says how many apps it touches.",
    access: atLeast("editor"),
    params: z.strictObject({ partner_id: searchText }),
    query: closedObject(pageQuery),
    body: noBody,
    ok: jsonOk(200, "A page of versions.", pageOf(versionWire)),
    refusals: ["partner.not_found"],
  }),
  restoreResource: defineRoute({
    operation: "restoreResource",
    group: "audit",
    method: "POST",
    path: "/v1/audit/restore",
    summary: "Make a resource again what it was after a change of it: a new change, with a revision of its own.",
    access: atLeast("editor"),
    params: closedObject({}),
    query: closedObject(writeSwitches),
    headers: { ...idempotencyHeader, ...ifMatchHeader },
    body: jsonBody(
      closedObject({
        key: searchText,
        revision: z.int().min(1).meta({ description: "Of the change, as `/v1/audit` tells it." }),
      }),
    ),
    ok: jsonOk(200, "It is so again.", resourceChangeWire),
    refusals: [
      ...writeRefusals,
      "audit.not_found",
      "resource.waiting",
      "resource.in_use",
      "app.not_found",
      "request.idempotency_key",
    ],
  }),
} as const;
