import { z } from "zod";
import { closedObject } from "./closed-object.ts";
import { searchText, timeWire } from "./list-query.ts";
import { deadPostbackFilter } from "./postback-filter.ts";
import { renderModes } from "./postbacks-contract.ts";
import { defineRoute, idempotencyHeader, jsonBody, jsonOk, noBody, none } from "./route.ts";
import { atLeast } from "./route-access.ts";

export const replayWire = z
  .strictObject({
    id: z.string(),
    status: z.enum(["estimated", "running", "done", "stopped", "failed"]),
    matching: z.int(),
    replayed: z.int(),
    skipped: z.int(),
    created_at: timeWire,
    updated_at: timeWire,
  })
  .meta({ id: "Replay" });
export type ReplayWire = z.output<typeof replayWire>;

const replayId = z.strictObject({ id: searchText });

export const replayRoutes = {
  startReplay: defineRoute({
    operation: "startReplay",
    group: "replays",
    method: "POST",
    path: "/v1/replays",
    summary: "Put dead postbacks back, by a filter: a durable job. With `dry_run` it only counts.",
    access: atLeast("editor"),
    params: none,
    query: none,
    headers: idempotencyHeader,
    body: jsonBody(
      closedObject({
        filter: deadPostbackFilter,
        render: z.enum(renderModes).default("as_sent"),
        rate_per_second: z.number().positive().nullable().default(null),
        dry_run: z.boolean().default(false),
      }),
    ),
    ok: jsonOk(202, "The job, or with `dry_run` its estimate.", replayWire),
    refusals: ["request.idempotency_key"],
  }),
  readReplay: defineRoute({
    operation: "readReplay",
    group: "replays",
    method: "GET",
    path: "/v1/replays/{id}",
    summary: "A replay and how far it is.",
    access: atLeast("viewer"),
    params: replayId,
    query: none,
    body: noBody,
    ok: jsonOk(200, "The replay.", replayWire),
    refusals: ["replay.not_found"],
  }),
  stopReplay: defineRoute({
    operation: "stopReplay",
    group: "replays",
    method: "DELETE",
    path: "/v1/replays/{id}",
    summary: "Stop a replay; what it has put back stays so.",
    access: atLeast("editor"),
    params: replayId,
    query: none,
    body: noBody,
    ok: jsonOk(200, "The replay as it was stopped.", replayWire),
    refusals: ["replay.not_found"],
  }),
} as const;
