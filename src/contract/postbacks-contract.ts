import { z } from "zod";
import { closedObject } from "./closed-object.ts";
import { isOneSearch, oneSearchOnly, pageOf, pageQuery, searchText } from "./list-query.ts";
import { postbackFilter, postbackFilterFields } from "./postback-filter.ts";
import { postbackSummaryWire, postbackWire, requestWire } from "./postback-wire.ts";
import { defineRoute, idempotencyHeader, jsonBody, jsonOk, noBody, none, optionalJsonBody } from "./route.ts";
import { atLeast } from "./route-access.ts";

const postbackId = z.strictObject({ id: searchText });
export const renderModes = ["as_sent", "current"] as const;

const rerenderedWire = z
  .strictObject({
    matching: z.int().meta({ description: "The sum of the five counts." }),
    rerendered: z.int(),
    unchanged: z.int().meta({ description: "Their request would be the same." }),
    unmatched: z.int().meta({ description: "The catalog in force makes no such postback of their event." }),
    faulted: z.int().meta({ description: "The catalog in force cannot render them." }),
    in_flight: z.int().meta({ description: "With a sender while it was tried; a dry run counts them as waiting." }),
    dry_run: z.boolean(),
    examples: z
      .array(z.strictObject({ id: z.string(), before: requestWire, after: requestWire }))
      .meta({ description: "Of `rerendered`, at most five." }),
  })
  .meta({ id: "Rerendered" });
export type RerenderedWire = z.output<typeof rerenderedWire>;

export const postbackRoutes = {
  findPostbacks: defineRoute({
    operation: "findPostbacks",
    group: "postbacks",
    method: "GET",
    path: "/v1/postbacks",
    summary: "Postbacks, newest first.",
    access: atLeast("viewer", "export"),
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
    access: atLeast("viewer", "export"),
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
    access: atLeast("editor"),
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
    access: atLeast("editor"),
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
  rerenderPostbacks: defineRoute({
    operation: "rerenderPostbacks",
    group: "postbacks",
    method: "POST",
    path: "/v1/postbacks/rerender",
    summary:
      "Render waiting postbacks anew by the catalog in force, under their ids. What is in flight keeps the request that is under way; what no longer matches, or cannot be rendered, is left as it is.",
    access: atLeast("editor"),
    params: none,
    query: none,
    headers: idempotencyHeader,
    body: jsonBody(closedObject({ filter: postbackFilter, dry_run: z.boolean().default(false) })),
    ok: jsonOk(200, "What came of those that match; with `dry_run`, what would.", rerenderedWire),
    refusals: ["request.idempotency_key"],
  }),
} as const;
