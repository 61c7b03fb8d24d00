import { z } from "zod";
import { intakeRefusals } from "./events-contract.ts";
import { searchText } from "./list-query.ts";
import { defineRoute, type RouteOk } from "./route.ts";
import { atLeast } from "./route-access.ts";

/** The vendor's own answer, word for word. */
const okText: RouteOk<string> = {
  status: 200,
  description: "The event is durable.",
  schema: z.literal("OK"),
  mediaTypes: ["text/plain"],
};

const serverEvent = z
  .looseObject({
    appsflyer_id: z.string(),
    eventName: z.string(),
    eventValue: z.string().meta({ description: 'JSON as text, or `""` for none.' }),
    eventTime: z.string().optional().meta({ description: "`yyyy-mm-dd hh:mm:ss.sss`, UTC; the arrival if left out." }),
  })
  .meta({ description: "An event of AppsFlyer's server-to-server API, version 2 or 3." });
const row = z.looseObject({}).meta({ description: "A row of AppsFlyer's raw data, all fields optional." });
const eventType = z.string().optional().meta({
  description: "What the rows of this endpoint are, where the rows do not tell: `uninstall`, `skan_postback`, ….",
});

/** What AppsFlyer's clients call, and what AppsFlyer itself calls: `domain.md` 1.5 and 1.6. */
export const appsFlyerRoutes = {
  sendAppsFlyerEvent: defineRoute({
    operation: "sendAppsFlyerEvent",
    group: "compatible-intake",
    method: "POST",
    path: "/inappevent/{app_id}",
    summary: "AppsFlyer's server-to-server events. Refusals are plain text with the vendor's words.",
    access: atLeast("editor", "ingest"),
    credential: "authentication_header",
    params: z.strictObject({ app_id: searchText }),
    query: z.looseObject({}),
    body: { kind: "text", schema: z.undefined(), content: [{ mediaType: "application/json", schema: serverEvent }] },
    ok: okText,
    refusals: [
      "event.member_missing",
      "event.app_forbidden",
      "event.app_unknown",
      "events.none_accepted",
      ...intakeRefusals,
    ],
  }),
  pushAppsFlyerRow: defineRoute({
    operation: "pushAppsFlyerRow",
    group: "compatible-intake",
    method: "POST",
    path: "/appsflyer/push",
    summary: "A row of AppsFlyer's Push API as JSON.",
    access: atLeast("editor", "ingest"),
    credential: "push_header",
    params: z.strictObject({}),
    query: z.looseObject({ event_type: eventType }),
    body: { kind: "text", schema: z.undefined(), content: [{ mediaType: "application/json", schema: row }] },
    ok: okText,
    refusals: ["events.none", "events.none_accepted", "event.app_forbidden", "event.app_unknown", ...intakeRefusals],
  }),
  pushAppsFlyerQuery: defineRoute({
    operation: "pushAppsFlyerQuery",
    group: "compatible-intake",
    method: "GET",
    path: "/appsflyer/push",
    summary: "A row of AppsFlyer's Push API, its fields as query parameters.",
    access: atLeast("editor", "ingest"),
    credential: "push_header",
    params: z.strictObject({}),
    query: z
      .object({ event_type: eventType })
      .catchall(
        z
          .unknown()
          .meta({ description: "The row: a field of AppsFlyer's raw data each, as `event_name=af_purchase`." }),
      ),
    body: { kind: "none", schema: z.undefined() },
    ok: okText,
    refusals: ["events.none", "events.none_accepted", "event.app_forbidden", "event.app_unknown", ...intakeRefusals],
  }),
} as const;
