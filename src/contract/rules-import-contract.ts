import { z } from "zod";
import { closedObject } from "./closed-object.ts";
import { searchText, switchParameter } from "./list-query.ts";
import { problemEntry } from "./problem-document.ts";
import { defineRoute, idempotencyHeader, jsonOk, largeJsonBody } from "./route.ts";
import { atLeast } from "./route-access.ts";

const importedRule = z.strictObject({
  path: z.string().meta({ description: "The message that it was: `messages[2]`." }),
  rule_id: z.string(),
  active: z.boolean(),
  replaced: z.boolean().meta({ description: "A rule of this id was there before." }),
});

const rulesImportWire = z
  .strictObject({
    app_id: z.string(),
    dry_run: z.boolean(),
    revision: z.int().meta({ description: "Of the catalog in force now." }),
    changed: z.boolean(),
    imported: z.array(importedRule).meta({ description: "With `dry_run` those that would be." }),
    left: z.array(problemEntry).meta({ description: "Messages that became no rule, each with the reason." }),
    losses: z.array(problemEntry).meta({ description: "What the rules do not hold, or hold otherwise." }),
    warnings: z.array(problemEntry).meta({ description: "Likely mistakes in what was imported." }),
  })
  .meta({ id: "RulesImport" });
export type RulesImportWire = z.output<typeof rulesImportWire>;

/** Far more than an app may have rules: the others of a file are in-app messages. */
const messagesMax = 2000;

export const rulesImportRoutes = {
  importRules: defineRoute({
    operation: "importRules",
    group: "rules",
    method: "POST",
    path: "/v1/apps/{app_id}/rules/import",
    summary:
      "Make rules of the callback messages in an ADBMobileConfig.json. What cannot be taken is told with its place.",
    access: atLeast("editor"),
    params: z.strictObject({ app_id: searchText }),
    query: closedObject({
      activate: switchParameter.meta({ description: "The rules come in active; by default they do not." }),
      replace: switchParameter.meta({
        description: "Takes the place of rules with the same id; by default they stay as they are.",
      }),
      dry_run: switchParameter.meta({ description: "Tells what would be done, and changes nothing." }),
    }),
    headers: {
      ...idempotencyHeader,
      "if-match": 'The `revision` of the catalog that a dry run answered, as `"7"`; `*` or nothing takes any.',
    },
    body: largeJsonBody(
      z
        .looseObject({ messages: z.array(z.unknown()).max(messagesMax) })
        .meta({ description: "The file as it is; of it only `messages` is read." }),
    ),
    ok: jsonOk(200, "What was imported, and what was not.", rulesImportWire),
    refusals: [
      "app.not_found",
      "catalog.refused",
      "resource.forbidden",
      "resource.lost_race",
      "catalog.lost_race",
      "request.idempotency_key",
    ],
  }),
} as const;
