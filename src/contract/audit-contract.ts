import { z } from "zod";
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
    summary: "Who changed what of the configuration and when, with what stood there before; newest first.",
    access: atLeast("editor"),
    params: closedObject({}),
    query: closedObject({
      ...pageQuery,
      key: searchText.optional().meta({ description: "One resource: `partner/<id>`, `rule/<app>/<rule>`." }),
      kind: z.enum(["everything", ...resourceKinds]).optional(),
      app_id: searchText.optional().meta({ description: "An app and what stands in it." }),
      account_id: searchText.optional().meta({ description: "Changes made for this account." }),
      by: searchText.optional().meta({ description: "Who made them." }),
      since_revision: z.coerce.number().int().min(0).optional().meta({ description: "Later than this revision." }),
      ...times,
    }),
    body: noBody,
    ok: jsonOk(200, "A page of changes.", pageOf(versionWire)),
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
