import { z } from "zod";
import { dataSharingLevels, sendForValues } from "#src/core/catalog/catalog.ts";
import { cancelsWire } from "./cancels-wire.ts";
import { closedObject } from "./closed-object.ts";
import { searchText } from "./list-query.ts";
import { problemEntry } from "./problem-document.ts";
import { ifMatchHeader, resourceChangeWire, writeRefusals, writeSwitches } from "./resource-contract.ts";
import { defineRoute, idempotencyHeader, jsonBody, jsonOk } from "./route.ts";
import { atLeast } from "./route-access.ts";

const idsMax = 1000;

/** A change of several resources: all of them, or none. */
export const bulkChangeWire = z
  .strictObject({
    changes: z.array(z.string()).meta({ description: "Keys of the resources that changed; of a dry run, would." }),
    dry_run: z.boolean(),
    revision: z.int().nullable().meta({ description: "What they have now; null where nothing changed." }),
    cancels: cancelsWire,
    warnings: z.array(problemEntry),
  })
  .meta({ id: "BulkChange" });
export type BulkChangeWire = z.output<typeof bulkChangeWire>;

const integrationParams = z.strictObject({ app_id: searchText, partner_id: searchText });
const appParams = z.strictObject({ app_id: searchText });
const ofIntegration = closedObject({
  ...writeSwitches,
  configurator: searchText.optional().meta({ description: "The agency's account; without it the advertiser's own." }),
});

const ids = z.array(searchText).min(1).max(idsMax);
const mappingSet = closedObject({
  active: z.boolean().optional(),
  send_for: z.enum(sendForValues).optional(),
  data_sharing: z.enum(dataSharingLevels).optional(),
}).refine((set) => Object.keys(set).length > 0, { error: "name at least one of active, send_for, data_sharing" });

const ruleIds = jsonBody(
  closedObject({
    ids: z.union([z.literal("*"), ids], { error: "must be `*` or a list of ids" }).meta({ description: "`*`: all." }),
  }),
);

const rulesRoute = (verb: "activate" | "deactivate") =>
  defineRoute({
    operation: `${verb}Rules`,
    group: "rules",
    method: "POST",
    path: `/v1/apps/{app_id}/rules/${verb}`,
    summary: `${verb === "activate" ? "Activate" : "Deactivate"} rules of an app, all of those named or none.`,
    access: atLeast("editor"),
    params: appParams,
    query: closedObject(writeSwitches),
    headers: idempotencyHeader,
    body: ruleIds,
    ok: jsonOk(200, "They are so.", bulkChangeWire),
    refusals: [...writeRefusals, "app.not_found", "rule.not_found", "request.idempotency_key"],
  });

export const resourceActionRoutes = {
  copyIntegration: defineRoute({
    operation: "copyIntegration",
    group: "integrations",
    method: "POST",
    path: "/v1/apps/{app_id}/integrations/{partner_id}/copy",
    summary: "Copy an integration to other apps of the same account, to all of those named or to none.",
    access: atLeast("editor"),
    params: integrationParams,
    query: ofIntegration,
    headers: idempotencyHeader,
    body: jsonBody(
      closedObject({
        app_ids: ids,
        overwrite: z
          .boolean()
          .default(false)
          .meta({ description: "Replaces the integration that an app has with the partner; else it is in the way." }),
      }),
    ),
    ok: jsonOk(200, "It is there, too.", bulkChangeWire),
    refusals: [
      ...writeRefusals,
      "app.not_found",
      "integration.not_found",
      "resource.exists",
      "request.idempotency_key",
    ],
  }),
  changeMappings: defineRoute({
    operation: "changeMappings",
    group: "integrations",
    method: "POST",
    path: "/v1/apps/{app_id}/integrations/{partner_id}/mappings/bulk",
    summary: "Change or remove mappings of an integration, all of those named or none.",
    access: atLeast("editor"),
    params: integrationParams,
    query: ofIntegration,
    headers: { ...idempotencyHeader, ...ifMatchHeader },
    body: jsonBody(
      z.union([closedObject({ ids, set: mappingSet }), closedObject({ ids, remove: z.literal(true) })], {
        error: 'must be { "ids": […], "set": { … } } or { "ids": […], "remove": true }',
      }),
    ),
    ok: jsonOk(200, "The integration as it is now.", resourceChangeWire),
    refusals: [...writeRefusals, "app.not_found", "integration.not_found", "request.idempotency_key"],
  }),
  activateRules: rulesRoute("activate"),
  deactivateRules: rulesRoute("deactivate"),
} as const;
