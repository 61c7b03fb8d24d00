import { z } from "zod";
import { roles } from "#src/core/permissions/role.ts";
import { closedObject } from "./closed-object.ts";
import { searchText, timeWire } from "./list-query.ts";
import { emailField, knownPasswordField, newPasswordField, personNameField, sessionWire } from "./people-wire.ts";
import { defineRoute, jsonBody, jsonOk, noBody, none } from "./route.ts";
import { anybody, atLeast } from "./route-access.ts";

const accountField = searchText.meta({ description: "One of `accounts` of `GET /v1/session`." });
/** Whoever changes a password that somebody may know must not be told that it is changed while it is not. */
const passwordChange = closedObject({ current_password: knownPasswordField, new_password: newPasswordField }).refine(
  ({ current_password: current, new_password: fresh }) => fresh !== current,
  { path: ["new_password"], error: "must be another one than until now" },
);
const linkToken = z.strictObject({ token: searchText });

/** Signing in and out, and what one-time links lead to. */
export const sessionRoutes = {
  signIn: defineRoute({
    operation: "signIn",
    group: "session",
    method: "POST",
    path: "/v1/session",
    summary: "Sign in with email and password. The answer sets the cookie of the session.",
    access: anybody,
    params: none,
    query: none,
    body: jsonBody(
      closedObject({
        email: emailField,
        password: knownPasswordField,
        account_id: searchText.optional().meta({ description: "Which account to look at, of several." }),
      }),
    ),
    ok: jsonOk(201, "The session.", sessionWire),
    refusals: ["session.wrong_password", "session.throttled", "session.busy", "session.no_account"],
  }),
  readSession: defineRoute({
    operation: "readSession",
    group: "session",
    method: "GET",
    path: "/v1/session",
    summary: "Who asks, of which account and role, and which other accounts there are to choose from.",
    access: atLeast("viewer"),
    params: none,
    query: none,
    body: noBody,
    ok: jsonOk(200, "Who asks.", sessionWire),
    refusals: [],
  }),
  changeSession: defineRoute({
    operation: "changeSession",
    group: "session",
    method: "PATCH",
    path: "/v1/session",
    summary: "Look at another account of one's own, or change one's name.",
    access: atLeast("viewer"),
    params: none,
    query: none,
    body: jsonBody(closedObject({ account_id: accountField.optional(), name: personNameField.optional() })),
    ok: jsonOk(200, "The session.", sessionWire),
    refusals: ["session.person_only", "session.no_account"],
  }),
  changePassword: defineRoute({
    operation: "changePassword",
    group: "session",
    method: "PUT",
    path: "/v1/session/password",
    summary: "Change one's own password. Every other session of the person ends.",
    access: atLeast("viewer"),
    params: none,
    query: none,
    body: jsonBody(passwordChange),
    ok: jsonOk(200, "The session, with a new id and token.", sessionWire),
    refusals: ["session.person_only", "session.wrong_password", "session.throttled", "session.busy"],
  }),
  signOut: defineRoute({
    operation: "signOut",
    group: "session",
    method: "DELETE",
    path: "/v1/session",
    summary: "Sign out: the session ends here and now.",
    access: atLeast("viewer"),
    params: none,
    query: none,
    body: noBody,
    ok: jsonOk(200, "The session is gone.", z.strictObject({ user_id: z.string() })),
    refusals: ["session.person_only"],
  }),
  readInvitation: defineRoute({
    operation: "readInvitation",
    group: "session",
    method: "GET",
    path: "/v1/invitations/{token}",
    summary: "What a one-time link is for.",
    access: anybody,
    params: linkToken,
    query: none,
    body: noBody,
    ok: jsonOk(
      200,
      "The link.",
      z
        .strictObject({
          kind: z.enum(["invitation", "reset", "first_owner"]),
          email: z.string().nullable().meta({ description: "Whom it is for; null for the first owner." }),
          account_id: z.string().nullable(),
          account_name: z.string().nullable(),
          role: z.enum(roles).nullable(),
          joins: z.boolean().meta({
            description: "The person has signed in here before: they sign in and `join`, and give no password.",
          }),
          expires_at: timeWire,
        })
        .meta({ id: "Invitation" }),
    ),
    refusals: ["link.unknown", "link.used", "link.expired"],
  }),
  acceptInvitation: defineRoute({
    operation: "acceptInvitation",
    group: "session",
    method: "POST",
    path: "/v1/invitations/{token}",
    summary: "Do what a one-time link is for: come in with a password of one's own, or set a new one.",
    access: anybody,
    params: linkToken,
    query: none,
    body: jsonBody(
      closedObject({
        password: newPasswordField,
        name: personNameField.optional().meta({ description: "Of an invitation." }),
        email: emailField.optional().meta({ description: "Of the first owner, whom no invitation names." }),
      }),
    ),
    ok: jsonOk(201, "The session: who accepts is signed in.", sessionWire),
    refusals: ["link.unknown", "link.used", "link.expired", "link.join", "link.field_missing", "session.busy"],
  }),
  joinAccount: defineRoute({
    operation: "joinAccount",
    group: "session",
    method: "POST",
    path: "/v1/invitations/{token}/join",
    summary: "Accept an invitation into another account as the person who is signed in.",
    access: atLeast("viewer"),
    params: linkToken,
    query: none,
    body: noBody,
    ok: jsonOk(200, "The session, which looks at that account now.", sessionWire),
    refusals: ["session.person_only", "link.unknown", "link.used", "link.expired", "link.other_person"],
  }),
} as const;
