import { z } from "zod";
import { eventTypes } from "#src/core/events/event.ts";
import { closedObject } from "./closed-object.ts";
import type { ErrorCode } from "./error-codes.ts";
import { eventDocument, givenEvent } from "./event-document.ts";
import { acceptedWire, eventWire } from "./event-wire.ts";
import { explanationsWire } from "./explanation-wire.ts";
import {
  isOneSearch,
  oneSearchOnly,
  pageOf,
  pageQuery,
  searchParameters,
  searchText,
  switchParameter,
  timeParameter,
} from "./list-query.ts";
import { defineRoute, jsonBody, jsonOk, noBody, none } from "./route.ts";
import { atLeast } from "./route-access.ts";

const eventId = z.strictObject({ id: searchText.meta({ description: "Carom's id of the event." }) });

/** What every way in may answer. */
export const intakeRefusals: readonly ErrorCode[] = [
  "auth.origin",
  "request.not_utf8",
  "request.encoding_broken",
  "request.content_encoding",
  "intake.queue_full",
  "intake.disk_full",
  "intake.store_failed",
  "intake.undecided",
  "intake.shutting_down",
];

export const eventRoutes = {
  sendEvents: defineRoute({
    operation: "sendEvents",
    group: "events",
    method: "POST",
    path: "/v1/events",
    summary: "Take events: one, an array, or NDJSON; plain or gzip. Good ones are taken although others are not.",
    access: atLeast("editor", "ingest"),
    params: none,
    query: closedObject({
      explain: switchParameter.meta({
        description: "Adds each event's decisions to the answer; not for an ingest key.",
      }),
    }),
    body: {
      kind: "text",
      schema: z.undefined(),
      content: [
        { mediaType: "application/json", schema: z.union([eventDocument, z.array(eventDocument).min(1).max(1000)]) },
        {
          mediaType: "application/x-ndjson",
          schema: z.string().meta({ description: "One event a line, each as `EventToSend` says; at most 1,000." }),
        },
      ],
    },
    ok: jsonOk(202, "The events are durable.", acceptedWire),
    refusals: [
      "events.none",
      "events.none_accepted",
      "events.too_many",
      "event.app_forbidden",
      "event.too_large",
      ...intakeRefusals,
    ],
  }),
  findEvents: defineRoute({
    operation: "findEvents",
    group: "events",
    method: "GET",
    path: "/v1/events",
    summary: "Stored events with their decisions, newest first.",
    access: atLeast("viewer", "export"),
    params: none,
    query: closedObject({
      ...pageQuery,
      app_id: searchText.optional(),
      event_type: z.enum(eventTypes).optional(),
      event_name: searchText.optional(),
      from: timeParameter.optional().meta({ description: "Arrival, inclusive." }),
      to: timeParameter.optional().meta({ description: "Arrival, exclusive." }),
      ...searchParameters,
    }).refine(isOneSearch, oneSearchOnly),
    body: noBody,
    ok: jsonOk(200, "A page of events.", pageOf(eventWire)),
    refusals: [],
  }),
  readEvent: defineRoute({
    operation: "readEvent",
    group: "events",
    method: "GET",
    path: "/v1/events/{id}",
    summary: "One stored event with its decisions.",
    access: atLeast("viewer", "export"),
    params: eventId,
    query: none,
    body: noBody,
    ok: jsonOk(200, "The event.", eventWire),
    refusals: ["event.not_found"],
  }),
  explain: defineRoute({
    operation: "explain",
    group: "events",
    method: "POST",
    path: "/v1/explain",
    summary: "Why an event goes out or not: every target with every step. Nothing is stored or sent.",
    access: atLeast("viewer"),
    params: none,
    query: none,
    body: jsonBody(
      z.union(
        [
          closedObject({ event: givenEvent }),
          closedObject({
            id: searchText.meta({
              description: "Id of a stored event: Carom's, or the client's own `event_id` where one event has it.",
            }),
            at: z.enum(["then", "now"]).default("then"),
          }),
        ],
        { error: 'must be { "event": … } or { "id": …, "at": "then" or "now" }' },
      ),
    ),
    ok: jsonOk(200, "The explanations.", explanationsWire),
    refusals: ["event.not_found", "event.app_unknown"],
  }),
} as const;
