import { z } from "zod";
import { closedObject } from "./closed-object.ts";
import { searchText } from "./list-query.ts";
import { defineRoute, noBody, none } from "./route.ts";
import { atLeast } from "./route-access.ts";

export const streamRoutes = {
  stream: defineRoute({
    operation: "stream",
    group: "looking",
    method: "GET",
    path: "/v1/stream",
    summary:
      "What happens, as server-sent events: `counters` once a second, `event` and `postback` as they come, `refused` for requests that were refused. At most 500 a second are told one by one, the rest are counted as `omitted`. A client that does not read is `dropped` with words.",
    access: atLeast("viewer"),
    params: none,
    query: closedObject({ app_id: searchText.optional().meta({ description: "Only of this app." }) }),
    headers: {
      "last-event-id":
        "The last `id` that was heard: what came since is told, as far as it is remembered (a minute, some hundred messages); else `gap` says so.",
    },
    body: noBody,
    ok: {
      status: 200,
      description:
        "`event: …` with `data: …` as JSON. `event`: `id`, `app_id`, `event_type`, `event_name`, `received_at`, `matched`, `skipped` by reason, of the targets that the caller sees. `postback`: `id`, `event_id`, `receiver_id`, `state`, `reason`, `attempt`, `status`, `duration_ms`.",
      schema: z.string(),
      mediaTypes: ["text/event-stream"],
    },
    refusals: ["stream.full"],
  }),
} as const;
