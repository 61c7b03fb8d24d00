import { z } from "zod";
import { closedObject } from "./closed-object.ts";
import { isOneSearch, oneSearchOnly, pageOf, pageQuery, searchText } from "./list-query.ts";
import { postbackFilter, postbackFilterFields } from "./postback-filter.ts";
import { postbackSummaryWire, postbackWire, requestWire } from "./postback-wire.ts";
import { defineRoute, idempotencyHeader, jsonBody, jsonOk, noBody, none, optionalJsonBody } from "./route.ts";

const postbackId = z.strictObject({ id: searchText });
export const renderModes = ["as_sent", "current"] as const;

export const postbackRoutes = {
  findPostbacks: defineRoute({
    operation: "findPostbacks",
    group: "postbacks",
    method: "GET",
    path: "/v1/postbacks",
    summary: "Postbacks, newest first.",
    access: ["management"],
    params: none,
    query: closedObject({ ...pageQuery, ...postbackFilterFields }).refine(isOneSearch, oneSearchOnly),
    body: noBody,
    ok: jsonOk(200, "A page of postbacks.", pageOf(postbackSummaryWire)),
    refusals: [],
  }),
  readPostback: defineRoute({
    operation: "readPostback",
    group: "postbacks",
    method: "GET",
    path: "/v1/postbacks/{id}",
    summary: "One postback with its attempts and the exact exchange.",
    access: ["management"],
    params: postbackId,
    query: none,
    body: noBody,
    ok: jsonOk(200, "The postback.", postbackWire),
    refusals: ["postback.not_found"],
  }),
  redeliver: defineRoute({
    operation: "redeliver",
    group: "postbacks",
    method: "POST",
    path: "/v1/postbacks/{id}/redeliver",
    summary: "Make a new postback of an old one, as it was sent or rendered by today's catalog.",
    access: ["management"],
    params: postbackId,
    query: none,
    headers: idempotencyHeader,
    body: optionalJsonBody(closedObject({ render: z.enum(renderModes).default("as_sent") })),
    ok: jsonOk(
      202,
      "The new postback is durable and due.",
      z
        .strictObject({ id: z.string(), before: requestWire, after: requestWire })
        .meta({ id: "Redelivered", description: "`before` is the old postback's request, `after` the new one's." }),
    ),
    refusals: ["postback.not_found", "postback.no_match", "request.idempotency_key"],
  }),
  cancelPostbacks: defineRoute({
    operation: "cancelPostbacks",
    group: "postbacks",
    method: "POST",
    path: "/v1/postbacks/cancel",
    summary: "Cancel waiting postbacks. What is in flight keeps its attempt, and ends as delivered or cancelled.",
    access: ["management"],
    params: none,
    query: none,
    headers: idempotencyHeader,
    body: jsonBody(closedObject({ filter: postbackFilter, dry_run: z.boolean().default(false) })),
    ok: jsonOk(
      200,
      "How many match, and whether they were cancelled.",
      z.strictObject({ matching: z.int(), cancelled: z.int(), dry_run: z.boolean() }).meta({ id: "Cancelled" }),
    ),
    refusals: ["request.idempotency_key"],
  }),
} as const;
