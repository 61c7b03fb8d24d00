import { z } from "zod";
import { noticeKinds } from "#src/core/notices/notice.ts";
import { closedObject } from "./closed-object.ts";
import { idField, nameField } from "./document-fields.ts";
import { searchText, timeWire } from "./list-query.ts";
import { defineRoute, idempotencyHeader, jsonBody, jsonOk, noBody, none } from "./route.ts";
import { atLeast } from "./route-access.ts";

const kindsWire = z
  .union([z.literal("*"), z.array(z.enum(noticeKinds)).min(1)], {
    error: `must be \`*\` or a list of ${noticeKinds.join(", ")}`,
  })
  .default("*");

const webhookWire = closedObject({
  kind: z.literal("webhook"),
  // What secrets and signatures are marked with in a request are control characters: none may be written by hand.
  url: z
    .url({ protocol: /^https?$/, error: "must be an address that begins with https:// or http://" })
    .max(2048)
    .regex(/^[\x21-\x7e]*$/, { error: "must be written with visible ASCII characters; write others as %.." }),
  secret: z
    .string()
    .regex(/^[A-Za-z0-9_.-]{1,100}$/, { error: "must be the name of a secret" })
    .nullable()
    .default(null)
    .meta({ description: "Name of the secret that signs, as Standard Webhooks says; null: unsigned." }),
});
const mailWire = closedObject({ kind: z.literal("mail"), address: z.email({ error: "must be a mail address" }) });
const addressWire = z.discriminatedUnion("kind", [webhookWire, mailWire], {
  error: "must be { kind: webhook, url } or { kind: mail, address }",
});

const targetFields = {
  name: nameField,
  active: z.boolean().default(true),
  kinds: kindsWire,
  app_id: idField
    .nullable()
    .default(null)
    .meta({ description: "Only of this app; null: of everything that is yours." }),
  to: addressWire,
};
const draftRefusals = [
  "notice.app_unknown",
  "notice.mail_unset",
  "notice.secret_unset",
  "notice.address_refused",
] as const;
const targetBody = closedObject(targetFields).meta({ id: "NoticeTargetDraft" });

export const noticeTargetWire = z
  .strictObject({
    id: z.string(),
    account_id: z.string(),
    name: z.string(),
    active: z.boolean(),
    kinds: kindsWire,
    app_id: z.string().nullable(),
    to: addressWire,
  })
  .meta({ id: "NoticeTarget", description: "Where people are told of what is wrong." });
export type NoticeTargetWire = z.output<typeof noticeTargetWire>;

export const openNoticeWire = z
  .strictObject({
    kind: z.enum(noticeKinds),
    subject: z.string().meta({ description: "A receiver, a host, a pause, an app, or `server`." }),
    app_id: z.string().nullable(),
    partner_id: z.string().nullable(),
    detail: z.string(),
    since: timeWire,
    opened_at: timeWire.meta({ description: "When it was told of." }),
    told_at: timeWire.meta({ description: "When it was last told of: again each day, as long as it lasts." }),
  })
  .meta({ id: "OpenNotice" });
export type OpenNoticeWire = z.output<typeof openNoticeWire>;

const byId = z.strictObject({ id: searchText });

export const noticeRoutes = {
  listNotices: defineRoute({
    operation: "listNotices",
    group: "notices",
    method: "GET",
    path: "/v1/notices",
    summary: "Where people are told of failing receivers, growing dead and silence; and what they have been told of.",
    access: atLeast("viewer"),
    params: none,
    query: none,
    body: noBody,
    ok: jsonOk(
      200,
      "The places, and what is wrong now.",
      z.strictObject({ data: z.array(noticeTargetWire), open: z.array(openNoticeWire) }).meta({ id: "Notices" }),
    ),
    refusals: [],
  }),
  makeNotice: defineRoute({
    operation: "makeNotice",
    group: "notices",
    method: "POST",
    path: "/v1/notices",
    summary: "Tell a webhook or a mail address, too.",
    access: atLeast("admin"),
    params: none,
    query: none,
    headers: idempotencyHeader,
    body: jsonBody(targetBody),
    ok: jsonOk(201, "It is told from now on.", noticeTargetWire),
    refusals: [...draftRefusals, "notice.exists", "request.idempotency_key"],
  }),
  readNotice: defineRoute({
    operation: "readNotice",
    group: "notices",
    method: "GET",
    path: "/v1/notices/{id}",
    summary: "One place.",
    access: atLeast("viewer"),
    params: byId,
    query: none,
    body: noBody,
    ok: jsonOk(200, "The place.", noticeTargetWire),
    refusals: ["notice.not_found"],
  }),
  putNotice: defineRoute({
    operation: "putNotice",
    group: "notices",
    method: "PUT",
    path: "/v1/notices/{id}",
    summary: "Change a place.",
    access: atLeast("admin"),
    params: byId,
    query: none,
    body: jsonBody(targetBody),
    ok: jsonOk(200, "The place as it is now.", noticeTargetWire),
    refusals: ["notice.not_found", ...draftRefusals],
  }),
  removeNotice: defineRoute({
    operation: "removeNotice",
    group: "notices",
    method: "DELETE",
    path: "/v1/notices/{id}",
    summary: "Tell it nothing more.",
    access: atLeast("admin"),
    params: byId,
    query: none,
    body: noBody,
    ok: jsonOk(200, "It is gone.", z.strictObject({ id: z.string() })),
    refusals: ["notice.not_found"],
  }),
  testNotice: defineRoute({
    operation: "testNotice",
    group: "notices",
    method: "POST",
    path: "/v1/notices/{id}/test",
    summary: "Send a notice that says it is a test, now.",
    access: atLeast("admin"),
    params: byId,
    query: none,
    body: noBody,
    ok: jsonOk(
      200,
      "Whether it was heard, and else why not.",
      z.strictObject({ heard: z.boolean(), reason: z.string().nullable() }).meta({ id: "NoticeTest" }),
    ),
    refusals: ["notice.not_found"],
  }),
} as const;
