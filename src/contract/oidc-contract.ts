import { z } from "zod";
import { defineRoute, noBody, none } from "./route.ts";
import { anybody } from "./route-access.ts";

const sentOn = (description: string) => ({ status: 302, description, schema: z.string(), mediaTypes: [] }) as const;

/** Signing in at an identity provider: a browser goes there, and comes back. */
export const oidcRoutes = {
  startOidc: defineRoute({
    operation: "startOidc",
    group: "session",
    method: "GET",
    path: "/v1/oidc/start",
    summary: "Sign in at the identity provider: sends the browser there.",
    access: anybody,
    params: none,
    query: none,
    body: noBody,
    ok: sentOn("To the identity provider, in `location`."),
    refusals: ["oidc.unset", "oidc.unreachable", "oidc.answer_invalid"],
  }),
  finishOidc: defineRoute({
    operation: "finishOidc",
    group: "session",
    method: "GET",
    path: "/v1/oidc/callback",
    summary: "Where the identity provider sends the browser back to. The answer sets the cookie of the session.",
    access: anybody,
    params: none,
    // Providers add members of their own.
    query: z.looseObject({ code: z.string().optional(), state: z.string().optional() }),
    body: noBody,
    ok: sentOn("To the start page, signed in."),
    refusals: [
      "oidc.unset",
      "oidc.not_begun",
      "oidc.refused",
      "oidc.answer_invalid",
      "oidc.unreachable",
      "oidc.unknown_person",
    ],
  }),
} as const;
