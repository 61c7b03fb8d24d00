import { z } from "zod";
import { cancelsWire } from "./cancels-wire.ts";
import { closedObject } from "./closed-object.ts";
import { switchParameter, timeWire } from "./list-query.ts";
import { problemEntry } from "./problem-document.ts";
import { defineRoute, jsonOk, noBody, none } from "./route.ts";
import { atLeast } from "./route-access.ts";

export const yamlMediaTypes = ["application/yaml", "application/x-yaml", "text/yaml", "text/x-yaml"] as const;

const catalogSchema = z.looseObject({ carom: z.literal(1) }).meta({ description: "The catalog document." });

export const catalogChangeWire = z
  .strictObject({
    revision: z.int().meta({ description: "In force now; with `dry_run` the one that stays so." }),
    changed: z.boolean(),
    dry_run: z.boolean(),
    changes: z.array(z.string()).meta({ description: "Resources that are another now: `partner/example_network`." }),
    cancels: cancelsWire,
    saved_at: timeWire.nullable(),
    saved_by: z.string().nullable(),
    warnings: z.array(problemEntry),
  })
  .meta({ id: "CatalogChange" });
export type CatalogChangeWire = z.output<typeof catalogChangeWire>;

export const catalogRoutes = {
  readCatalog: defineRoute({
    operation: "readCatalog",
    group: "catalog",
    method: "GET",
    path: "/v1/catalog",
    summary:
      "The whole configuration as one document: JSON, or YAML where `accept` asks for it. `etag` is its revision.",
    access: atLeast("viewer"),
    params: none,
    query: none,
    body: noBody,
    ok: {
      status: 200,
      description: "The catalog in force.",
      schema: catalogSchema,
      mediaTypes: ["application/json", "application/yaml"],
    },
    refusals: [],
  }),
  changeCatalog: defineRoute({
    operation: "changeCatalog",
    group: "catalog",
    method: "PUT",
    path: "/v1/catalog",
    summary:
      "Put a configuration in force, or nothing of it. What the document lacks is kept, unless `prune` asks to remove it. With `if-match` only over that revision.",
    access: atLeast("editor"),
    params: none,
    query: closedObject({
      dry_run: switchParameter.meta({ description: "Checks and changes nothing." }),
      prune: switchParameter.meta({
        description: "Removes what the document lacks, and cancels what waits for it.",
      }),
    }),
    headers: { "if-match": 'The revision that the change was made from, as `"7"`; `*` or nothing takes any.' },
    body: {
      kind: "text",
      schema: z.undefined(),
      content: [
        { mediaType: "application/json", schema: catalogSchema },
        { mediaType: "application/yaml", schema: z.string() },
      ],
    },
    ok: jsonOk(200, "What is in force now.", catalogChangeWire),
    refusals: ["catalog.malformed", "catalog.too_large", "catalog.refused", "catalog.lost_race", "resource.waiting"],
  }),
} as const;
