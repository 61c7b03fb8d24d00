import { z } from "zod";
import { intakeRefusals } from "./events-contract.ts";
import { defineRoute, jsonOk } from "./route.ts";
import { atLeast } from "./route-access.ts";

const message = z.looseObject({
  messageId: z.string().optional(),
  userId: z.string().nullish(),
  anonymousId: z.string().nullish(),
  timestamp: z.string().optional(),
  context: z.looseObject({}).optional(),
  integrations: z.looseObject({}).optional(),
});
const success = z
  .strictObject({
    success: z.literal(true),
    rejected: z
      .array(z.strictObject({ index: z.int(), code: z.string(), message: z.string() }))
      .optional()
      .meta({ description: "Messages that were not taken, where others were." }),
  })
  .meta({ id: "SegmentSuccess" });

/** One of Segment's calls; they differ in their path and in what they are called with. */
const segmentRoute = <const Operation extends string>(
  operation: Operation,
  { path, summary, schema }: { readonly path: string; readonly summary: string; readonly schema: z.ZodType },
) =>
  defineRoute({
    operation,
    group: "compatible-intake",
    method: "POST",
    path,
    summary,
    access: atLeast("editor", "ingest"),
    credential: "basic",
    params: z.strictObject({}),
    query: z.looseObject({}),
    body: { kind: "text", schema: z.undefined(), content: [{ mediaType: "application/json", schema }] },
    ok: jsonOk(200, "What was good is durable.", success),
    refusals: ["events.none", "events.none_accepted", "events.too_many", "segment.too_large", ...intakeRefusals],
  });

/** The HTTP API of Segment, which its SDKs speak once their host is set. */
export const segmentRoutes = {
  segmentTrack: segmentRoute("segmentTrack", {
    path: "/v1/track",
    summary: "Segment's track: an event of the app.",
    schema: message.extend({ event: z.string(), properties: z.looseObject({}).optional() }),
  }),
  segmentPage: segmentRoute("segmentPage", {
    path: "/v1/page",
    summary: "Segment's page.",
    schema: message.extend({ name: z.string().optional(), properties: z.looseObject({}).optional() }),
  }),
  segmentScreen: segmentRoute("segmentScreen", {
    path: "/v1/screen",
    summary: "Segment's screen.",
    schema: message.extend({ name: z.string().optional(), properties: z.looseObject({}).optional() }),
  }),
  segmentIdentify: segmentRoute("segmentIdentify", {
    path: "/v1/identify",
    summary: "Segment's identify: who a user is.",
    schema: message.extend({ traits: z.looseObject({}).optional() }),
  }),
  segmentGroup: segmentRoute("segmentGroup", {
    path: "/v1/group",
    summary: "Segment's group.",
    schema: message.extend({ groupId: z.string(), traits: z.looseObject({}).optional() }),
  }),
  segmentAlias: segmentRoute("segmentAlias", {
    path: "/v1/alias",
    summary: "Segment's alias.",
    schema: message.extend({ previousId: z.string() }),
  }),
  segmentBatch: segmentRoute("segmentBatch", {
    path: "/v1/batch",
    summary: "Segment's batch: what its SDKs send. Each message says its `type`.",
    schema: z.looseObject({ batch: z.array(message.extend({ type: z.string() })) }),
  }),
} as const;
