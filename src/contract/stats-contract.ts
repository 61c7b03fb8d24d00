import { z } from "zod";
import { closedObject } from "./closed-object.ts";
import { searchText, timeParameter, timeWire } from "./list-query.ts";
import { defineRoute, jsonOk, noBody, none } from "./route.ts";
import { atLeast } from "./route-access.ts";

const byReason = z.record(z.string(), z.int());
const latencyWire = z.strictObject({ p50: z.int(), p95: z.int(), p99: z.int() }).nullable().meta({
  description:
    "From the making of a postback to its delivery, each the upper bound of the class it falls into; by hour only, null without a delivery.",
});

const figures = {
  matched: z.int(),
  skipped: byReason.meta({ description: "By skip reason." }),
  delivered: z.int(),
  dead: byReason.meta({ description: "By reason." }),
  cancelled: z.int(),
  latency_ms: latencyWire,
};

export const statsWire = z
  .strictObject({
    resolution: z.enum(["hour", "day"]),
    from: timeWire,
    to: timeWire,
    waiting: z.int().meta({ description: "Postbacks that wait or are in flight now, of everything." }),
    series: z
      .array(
        z.strictObject({
          at: timeWire.meta({ description: "Begin of the bucket, in UTC." }),
          accepted: z.int(),
          duplicates: z.int(),
          ...figures,
          owners: z
            .array(z.strictObject({ partner_id: z.string().nullable(), rule_id: z.string().nullable(), ...figures }))
            .meta({ description: "The same by partner and rule." }),
        }),
      )
      .meta({ description: "Buckets in which something happened, oldest first." }),
  })
  .meta({ id: "Stats" });
export type StatsWire = z.output<typeof statsWire>;

export const reportRowWire = z
  .strictObject({
    day: z.iso.date(),
    app_id: z.string(),
    partner_id: z.string().nullable(),
    rule_id: z.string().nullable(),
    event_name: z.string().nullable().meta({ description: "Null: names beyond those told one by one." }),
    delivered: z.int(),
    dead: z.int(),
    cancelled: z.int(),
    skipped: z.int(),
    dead_by: byReason,
    skipped_by: byReason,
  })
  .meta({ id: "ReportRow" });
export type ReportRowWire = z.output<typeof reportRowWire>;

const timeRange = {
  from: timeParameter.optional().meta({ description: "Inclusive; the bucket it falls into is told whole." }),
  to: timeParameter.optional().meta({ description: "Exclusive; by default now." }),
  app_id: searchText.optional(),
  partner_id: searchText.optional(),
};

export const statsRoutes = {
  readStats: defineRoute({
    operation: "readStats",
    group: "looking",
    method: "GET",
    path: "/v1/stats",
    summary:
      "What happened, by hour (kept for 32 days, at most 14 days at once) or day (kept for 400): counters that are maintained, never a scan.",
    access: atLeast("viewer"),
    params: none,
    query: closedObject({ resolution: z.enum(["hour", "day"]).default("hour"), ...timeRange }),
    body: noBody,
    ok: jsonOk(200, "The series; by default the last 24 hours, or 30 days.", statsWire),
    refusals: ["stats.range"],
  }),
  readPostbackReport: defineRoute({
    operation: "readPostbackReport",
    group: "looking",
    method: "GET",
    path: "/v1/reports/postbacks",
    summary:
      "Postbacks delivered, dead and cancelled, and decisions skipped, by day, app, partner or rule, and event: what an invoice is checked against. Days in UTC; an end counts on its day, whenever its event came.",
    access: atLeast("viewer", "export"),
    params: none,
    query: closedObject({
      ...timeRange,
      event_name: searchText.optional(),
      format: z.enum(["json", "csv"]).default("json"),
    }),
    body: noBody,
    ok: {
      status: 200,
      description: "The rows, by default of the last 30 days.",
      schema: z.strictObject({ from: timeWire, to: timeWire, data: z.array(reportRowWire) }),
      mediaTypes: ["application/json", "text/csv"],
    },
    refusals: ["stats.range"],
  }),
} as const;
