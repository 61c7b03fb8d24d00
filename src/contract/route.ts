import { z } from "zod";
import { closedObject } from "./closed-object.ts";
import type { ErrorCode } from "./error-codes.ts";
import type { RouteAccess } from "./route-access.ts";

/**
 * One call of the API: what it is asked with and what it answers. From the table of these, http
 * registers its routes, openapi.json is written and a typed client is made.
 */
export type Route<Params, Query, Body, Ok> = {
  readonly operation: string;
  readonly group: string;
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Parameters in braces: `/v1/events/{id}`. */
  readonly path: string;
  readonly summary: string;
  readonly access: RouteAccess;
  /** Where the key stands; without it in `authorization: Bearer`. */
  readonly credential?: RouteCredential;
  readonly params: z.ZodType<Params>;
  readonly query: z.ZodType<Query>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: RouteBody<Body>;
  readonly ok: RouteOk<Ok>;
  /** Codes beyond those that every route may answer. */
  readonly refusals: readonly ErrorCode[];
};

/** Where clients that were not made for Carom put their key. */
export const routeCredentials = ["authentication_header", "push_header", "basic", "client_key"] as const;
export type RouteCredential = (typeof routeCredentials)[number];

export type RouteBody<Body> =
  | { readonly kind: "none"; readonly schema: z.ZodType<Body> }
  /** `required: false`: an empty body is read as `{}`. `isLarge`: it may hold a catalog. */
  | { readonly kind: "json"; readonly schema: z.ZodType<Body>; readonly required: boolean; readonly isLarge?: true }
  /** Taken as text by its handler, which reads it itself; the schemas are for the documentation. */
  | {
      readonly kind: "text";
      readonly schema: z.ZodType<Body>;
      readonly content: readonly { readonly mediaType: string; readonly schema: z.ZodType }[];
    };

export type RouteOk<Ok> = {
  readonly status: 200 | 201 | 202 | 204 | 302;
  readonly description: string;
  readonly schema: z.ZodType<Ok>;
  /** `taken`: its documentation is of the form in which the API takes it, where the schema reads one form into another. */
  readonly form?: "taken";
  readonly mediaTypes: readonly string[];
};

/** A route as the table holds it, whatever it is asked with. */
export type AnyRoute = Route<unknown, unknown, unknown, unknown>;

export const idempotencyHeader = {
  "idempotency-key":
    "Any text of 1 to 255 characters: a repeat with it within a day is answered as the first was, and done once.",
} as const;

export const none = closedObject({});
export const noBody = { kind: "none", schema: z.undefined() } as const satisfies RouteBody<undefined>;

export const jsonBody = <Body>(schema: z.ZodType<Body>): RouteBody<Body> => ({ kind: "json", schema, required: true });
export const largeJsonBody = <Body>(schema: z.ZodType<Body>): RouteBody<Body> => ({
  kind: "json",
  schema,
  required: true,
  isLarge: true,
});
export const optionalJsonBody = <Body>(schema: z.ZodType<Body>): RouteBody<Body> => ({
  kind: "json",
  schema,
  required: false,
});

export const jsonOk = <Ok>(status: RouteOk<Ok>["status"], description: string, schema: z.ZodType<Ok>): RouteOk<Ok> => ({
  status,
  description,
  schema,
  mediaTypes: ["application/json"],
});

/** Keeps what is asked and answered as types; the table needs them by name. */
export const defineRoute = <Params, Query, Body, Ok>(
  route: Route<Params, Query, Body, Ok>,
): Route<Params, Query, Body, Ok> => route;
