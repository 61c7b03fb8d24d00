import { z } from "zod";
import { eventTypes } from "#src/core/events/event.ts";
import { integrationSkipReasons, ruleSkipReasons } from "#src/core/postbacks/decision.ts";
import { closedObject } from "./closed-object.ts";
import { searchText, timeParameter, timeWire } from "./list-query.ts";
import { defineRoute, idempotencyHeader, jsonBody, jsonOk, noBody, none } from "./route.ts";
import { atLeast } from "./route-access.ts";

export const backfillWire = z
  .strictObject({
    id: z.string(),
    status: z.enum(["running", "done", "stopped", "failed"]),
    dry_run: z.boolean(),
    looked: z.int().meta({ description: "Events looked at so far." }),
    left: z.int().meta({ description: "About how many are still to be looked at." }),
    postbacks: z.int().meta({ description: "Made so far; with `dry_run`, that would be made." }),
    already_served: z
      .int()
      .meta({ description: "Matches whose partner has had a postback for the event since it was skipped." }),
    by_target: z.record(z.string(), z.int()).meta({ description: "`postbacks` by integration or rule." }),
    created_at: timeWire,
    updated_at: timeWire,
  })
  .meta({ id: "Backfill" });
export type BackfillWire = z.output<typeof backfillWire>;

const skipReasons: readonly string[] = [...integrationSkipReasons, ...ruleSkipReasons, "already_served"];
const reasons = skipReasons.join(", ");

const backfillFilter = closedObject({
  app_id: searchText.optional(),
  partner_id: searchText.optional(),
  event_type: z.enum(eventTypes).optional(),
  event_name: searchText.optional(),
  reason: searchText.optional().meta({
    description: `Only events that were skipped for this reason: ${reasons}. Without it also those that nobody decided about, since the integration was not there.`,
  }),
  from: timeParameter.optional().meta({ description: "Arrival, inclusive." }),
  to: timeParameter.optional().meta({ description: "Arrival, exclusive; else the start of the backfill." }),
})
  .refine(({ reason }) => reason === undefined || skipReasons.includes(reason), {
    error: `reason: must be one of ${reasons}`,
  })
  .refine((filter) => Object.values(filter).some((value) => value !== undefined), {
    error: "must name at least one field",
  });

const backfillId = z.strictObject({ id: searchText });

export const backfillRoutes = {
  startBackfill: defineRoute({
    operation: "startBackfill",
    group: "backfills",
    method: "POST",
    path: "/v1/backfills",
    summary:
      "Send events that were skipped through today's configuration, by a filter, once to each partner: a durable job. Start with `dry_run`: it goes over the same events and only counts.",
    access: atLeast("editor"),
    params: none,
    query: none,
    headers: idempotencyHeader,
    body: jsonBody(
      closedObject({
        filter: backfillFilter,
        rate_per_second: z.number().positive().nullable().default(null),
        dry_run: z.boolean().default(false),
      }),
    ),
    ok: jsonOk(202, "The job.", backfillWire),
    refusals: ["request.idempotency_key"],
  }),
  readBackfill: defineRoute({
    operation: "readBackfill",
    group: "backfills",
    method: "GET",
    path: "/v1/backfills/{id}",
    summary: "A backfill and how far it is.",
    access: atLeast("viewer"),
    params: backfillId,
    query: none,
    body: noBody,
    ok: jsonOk(200, "The backfill.", backfillWire),
    refusals: ["backfill.not_found"],
  }),
  stopBackfill: defineRoute({
    operation: "stopBackfill",
    group: "backfills",
    method: "DELETE",
    path: "/v1/backfills/{id}",
    summary: "Stop a backfill; what it has made stays so.",
    access: atLeast("editor"),
    params: backfillId,
    query: none,
    body: noBody,
    ok: jsonOk(200, "The backfill as it was stopped.", backfillWire),
    refusals: ["backfill.not_found"],
  }),
} as const;
