import { z } from "zod";
import { dataSharingLevels } from "#src/core/catalog/catalog.ts";
import { macroPlaces } from "#src/core/templates/macro-place.ts";
import { closedObject } from "./closed-object.ts";
import { givenEvent } from "./event-document.ts";
import { searchText } from "./list-query.ts";
import { requestWire } from "./postback-wire.ts";
import { problemEntry } from "./problem-document.ts";
import { defineRoute, jsonBody, jsonOk, none } from "./route.ts";
import { atLeast } from "./route-access.ts";
import { templateDocument } from "./template-document.ts";

const macroWire = z
  .strictObject({
    written: z.string().meta({ description: "As it stands in the template." }),
    name: z.string().meta({ description: "Of the registry, or of the parameter or secret." }),
    kind: z.enum(["value", "parameter", "secret"]),
    source: z.enum(["sdk", "server", "link", "parameter", "secret"]).meta({
      description: "Where the value comes from: the app, this server, the attribution link, the integration.",
    }),
    field: z.string().meta({ description: "Path in the template: `url`, `headers.0.value`, `body`." }),
    place: z.enum(macroPlaces).meta({ description: "Says how a value is encoded." }),
    value: z.string().nullable().meta({ description: "Null where the event has none, and of secrets." }),
    encoded: z.string().nullable().meta({ description: "As it stands in the request; null where it is left out." }),
  })
  .meta({ id: "PreviewedMacro" });

const previewWire = z
  .strictObject({
    target: z.string(),
    outcome: z.enum(["request", "macro_missing", "fault", "no_template"]),
    message: z.string().nullable().meta({ description: "The macro without a value, or the fault." }),
    request: requestWire.nullable(),
    macros: z.array(macroWire),
    skipped: z.string().nullable().meta({
      description: "Why the event would not be sent all the same; null where it would, and for a template alone.",
    }),
  })
  .meta({ id: "Preview" });
export type PreviewWire = z.output<typeof previewWire>;

const previewsWire = z
  .strictObject({ app_id: z.string(), previews: z.array(previewWire), warnings: z.array(problemEntry) })
  .meta({ id: "Previews" });
export type PreviewsWire = z.output<typeof previewsWire>;

const id = searchText.optional().meta({ description: "Or Carom's id of a stored event." });

export const previewRoutes = {
  preview: defineRoute({
    operation: "preview",
    group: "events",
    method: "POST",
    path: "/v1/preview",
    summary:
      "The request that a template makes of an event, with the value, place and encoding of each macro. Nothing is stored or sent. Without `template`: what each target of the catalog would send.",
    access: atLeast("viewer"),
    params: none,
    query: none,
    body: jsonBody(
      closedObject({
        event: givenEvent.optional(),
        id,
        template: templateDocument.optional(),
        parameters: z.record(z.string(), z.string()).default({}).meta({ description: "For `template`." }),
        partner_event: searchText.optional().meta({ description: "For `template`: the partner's name of the event." }),
        data_sharing: z.enum(dataSharingLevels).default("values_and_revenue").meta({ description: "For `template`." }),
        target: searchText
          .optional()
          .meta({ description: "Without `template`: only this integration, mapping or rule." }),
      }).refine((body) => (body.event === undefined) !== (body.id === undefined), {
        error: "must have one of event and id",
      }),
    ),
    ok: jsonOk(200, "The previews.", previewsWire),
    refusals: ["event.not_found", "event.app_unknown", "catalog.refused", "preview.target_unknown"],
  }),
} as const;
