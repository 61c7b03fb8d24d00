import { z } from "zod";
import { roles } from "#src/core/permissions/role.ts";
import { closedObject } from "./closed-object.ts";
import { searchText } from "./list-query.ts";
import { emailField, linkMailWire, linkWire, userWire } from "./people-wire.ts";
import { defineRoute, idempotencyHeader, jsonBody, jsonOk, noBody, none } from "./route.ts";
import { atLeast } from "./route-access.ts";

const byId = z.strictObject({ id: searchText });
const inAccount = closedObject({
  account_id: searchText.optional().meta({
    description: "Of which account, where an operator speaks of a member of several. By default the caller's own.",
  }),
});
const withLink = z.strictObject({ user: userWire, link: linkWire, mail: linkMailWire });

/** The members of an account. */
export const userRoutes = {
  listUsers: defineRoute({
    operation: "listUsers",
    group: "users",
    method: "GET",
    path: "/v1/users",
    summary: "The members of the account, and to an operator of all; with those who are invited.",
    access: atLeast("admin"),
    params: none,
    query: inAccount,
    body: noBody,
    ok: jsonOk(200, "The members.", z.strictObject({ data: z.array(userWire) })),
    refusals: [],
  }),
  inviteUser: defineRoute({
    operation: "inviteUser",
    group: "users",
    method: "POST",
    path: "/v1/users",
    summary: "Invite somebody. The answer holds a link to hand on, once; inviting again makes another one.",
    access: atLeast("admin"),
    params: none,
    query: none,
    headers: idempotencyHeader,
    body: jsonBody(
      closedObject({
        email: emailField,
        role: z.enum(roles).meta({ description: "At most the caller's own." }),
        account_id: searchText.optional().meta({ description: "By default the caller's own." }),
      }),
    ),
    ok: jsonOk(201, "The person and the link.", withLink),
    refusals: ["account.not_found", "user.exists", "user.role_too_high", "request.idempotency_key"],
  }),
  readUser: defineRoute({
    operation: "readUser",
    group: "users",
    method: "GET",
    path: "/v1/users/{id}",
    summary: "One member.",
    access: atLeast("admin"),
    params: byId,
    query: inAccount,
    body: noBody,
    ok: jsonOk(200, "The member.", userWire),
    refusals: ["user.not_found"],
  }),
  changeUser: defineRoute({
    operation: "changeUser",
    group: "users",
    method: "PATCH",
    path: "/v1/users/{id}",
    summary: "Change a member's role, or shut them out and let them in again. Both hold from the next request on.",
    access: atLeast("admin"),
    params: byId,
    query: inAccount,
    body: jsonBody(
      closedObject({
        role: z.enum(roles).optional(),
        disabled: z.boolean().optional().meta({ description: "Shut out of every account; all their sessions end." }),
      }),
    ),
    ok: jsonOk(200, "The member.", userWire),
    refusals: ["user.not_found", "user.role_too_high", "user.last_owner", "user.of_others"],
  }),
  removeUser: defineRoute({
    operation: "removeUser",
    group: "users",
    method: "DELETE",
    path: "/v1/users/{id}",
    summary: "Take somebody out of the account, or an invitation back. Who is in no account any more is forgotten.",
    access: atLeast("admin"),
    params: byId,
    query: inAccount,
    body: noBody,
    ok: jsonOk(200, "They are out.", z.strictObject({ id: z.string(), account_id: z.string() })),
    refusals: ["user.not_found", "user.role_too_high", "user.last_owner"],
  }),
  resetUser: defineRoute({
    operation: "resetUser",
    group: "users",
    method: "POST",
    path: "/v1/users/{id}/reset",
    summary: "Make a link by which a member sets a new password; of somebody who has not come yet, another invitation.",
    access: atLeast("admin"),
    params: byId,
    query: inAccount,
    body: noBody,
    ok: jsonOk(201, "The person and the link.", withLink),
    refusals: ["user.not_found", "user.role_too_high", "user.of_others"],
  }),
  linkFirstOwner: defineRoute({
    operation: "linkFirstOwner",
    group: "users",
    method: "POST",
    path: "/v1/first-owner",
    summary: "Make the link by which the first owner comes in, on a server that nobody has signed in to yet.",
    access: atLeast("operator"),
    params: none,
    query: none,
    body: noBody,
    ok: jsonOk(201, "The link.", linkWire),
    refusals: ["user.first_owner_there"],
  }),
} as const;
