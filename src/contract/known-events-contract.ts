import { z } from "zod";
import { closedObject } from "./closed-object.ts";
import { filledField } from "./document-fields.ts";
import { searchText } from "./list-query.ts";
import { ifMatchHeader, resourceChangeWire, writeRefusals } from "./resource-contract.ts";
import { defineRoute, idempotencyHeader, jsonBody, jsonOk, noBody, none } from "./route.ts";
import { atLeast } from "./route-access.ts";

/** Seed 003: an event is known for as long as it was seen in the last 14 days, or was created. */
export const knownEventDays = 14;

export const knownEventsWire = z
  .strictObject({
    data: z.array(
      z.strictObject({
        name: z.string(),
        count: z
          .int()
          .nullable()
          .meta({
            description: `Events accepted in the last ${knownEventDays} days, today included; null to other accounts than the app's own.`,
          }),
        last_seen_on: z.iso.date().nullable().meta({ description: "The day in UTC; null: not seen since." }),
        is_custom: z.boolean(),
        created_under: z
          .string()
          .nullable()
          .meta({ description: "The partner that it was created for; null to other accounts." }),
      }),
    ),
    unnamed: z
      .int()
      .meta({ description: "Events of further names, which are counted together on days with too many." }),
  })
  .meta({ id: "KnownEvents" });
export type KnownEventsWire = z.output<typeof knownEventsWire>;

const ofApp = z.strictObject({ app_id: searchText });

export const knownEventRoutes = {
  listKnownEvents: defineRoute({
    operation: "listKnownEvents",
    group: "apps",
    method: "GET",
    path: "/v1/apps/{app_id}/events",
    summary: `Names of events that can be mapped: seen in the last ${knownEventDays} days, or created. By their names.`,
    access: atLeast("viewer"),
    params: ofApp,
    query: none,
    body: noBody,
    ok: jsonOk(200, "All that the caller sees.", knownEventsWire),
    refusals: ["app.not_found"],
  }),
  createEvent: defineRoute({
    operation: "createEvent",
    group: "apps",
    method: "POST",
    path: "/v1/apps/{app_id}/events",
    summary: "Create a custom event: a name to map before an event has had it. Only the app's owner may.",
    access: atLeast("editor"),
    params: ofApp,
    query: none,
    headers: idempotencyHeader,
    body: jsonBody(
      closedObject({
        name: filledField,
        created_under: searchText.nullable().default(null).meta({ description: "A partner; it is listed for all." }),
      }),
    ),
    ok: jsonOk(201, "The app as it is now.", resourceChangeWire),
    refusals: [...writeRefusals, "app.not_found", "resource.exists", "request.idempotency_key"],
  }),
  removeEvent: defineRoute({
    operation: "removeEvent",
    group: "apps",
    method: "DELETE",
    path: "/v1/apps/{app_id}/events/{name}",
    summary: "Remove a custom event; mappings of it stay.",
    access: atLeast("editor"),
    params: z.strictObject({ app_id: searchText, name: searchText }),
    query: none,
    headers: ifMatchHeader,
    body: noBody,
    ok: jsonOk(200, "The app as it is now.", resourceChangeWire),
    refusals: [...writeRefusals, "app.not_found", "event.not_found"],
  }),
} as const;
