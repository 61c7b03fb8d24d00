import { z } from "zod";
import { defineRoute, jsonOk, noBody, none } from "./route.ts";
import { anybody, atLeast } from "./route-access.ts";

/** Probes and proxies add parameters of their own: they are not looked at. */
const anything = z.looseObject({});

export const operationRoutes = {
  isHealthy: defineRoute({
    operation: "isHealthy",
    group: "operations",
    method: "GET",
    path: "/healthz",
    summary: "Whether the process answers.",
    access: anybody,
    params: none,
    query: anything,
    body: noBody,
    ok: jsonOk(200, "It does.", z.strictObject({ status: z.literal("ok"), version: z.string() })),
    refusals: [],
  }),
  isReady: defineRoute({
    operation: "isReady",
    group: "operations",
    method: "GET",
    path: "/readyz",
    summary: "Whether events are taken now.",
    access: anybody,
    params: none,
    query: anything,
    body: noBody,
    ok: jsonOk(200, "They are.", z.strictObject({ status: z.literal("ready") })),
    refusals: ["server.not_ready"],
  }),
  readMetrics: defineRoute({
    operation: "readMetrics",
    group: "operations",
    method: "GET",
    path: "/metrics",
    summary: "Metrics for Prometheus, of the whole server.",
    access: atLeast("main_viewer"),
    params: none,
    query: anything,
    body: noBody,
    ok: { status: 200, description: "The metrics.", schema: z.string(), mediaTypes: ["text/plain"] },
    refusals: [],
  }),
  readDocs: defineRoute({
    operation: "readDocs",
    group: "operations",
    method: "GET",
    path: "/docs",
    summary: "This description as a page.",
    access: anybody,
    params: none,
    query: anything,
    body: noBody,
    ok: { status: 200, description: "The page.", schema: z.string(), mediaTypes: ["text/html"] },
    refusals: [],
  }),
  readOpenApi: defineRoute({
    operation: "readOpenApi",
    group: "operations",
    method: "GET",
    path: "/openapi.json",
    summary: "This description.",
    access: anybody,
    params: none,
    query: anything,
    body: noBody,
    ok: jsonOk(200, "OpenAPI 3.1.", z.looseObject({})),
    refusals: [],
  }),
} as const;
