import { z } from "zod";
import { closedObject } from "./closed-object.ts";
import { keyWire } from "./key-wire.ts";
import { searchText, timeWire } from "./list-query.ts";
import { defineRoute, idempotencyHeader, jsonBody, jsonOk, noBody, none } from "./route.ts";

const nameLengthMax = 200;
const secretLengthMax = 8192;
const keyName = z.string().trim().min(1).max(nameLengthMax);

const newKeyBody = z.discriminatedUnion(
  "kind",
  [
    closedObject({ kind: z.literal("ingest"), name: keyName, app_id: searchText }),
    closedObject({ kind: z.literal("management"), name: keyName }),
  ],
  { error: "must be `ingest` (with `app_id`) or `management`" },
);

const secretName = z.strictObject({
  name: z.string().regex(/^[A-Za-z0-9_.-]{1,100}$/, { error: "must be letters, digits, `_`, `.` or `-`, at most 100" }),
});
/** A line break, as a file or `echo` leaves it, would end the header that the secret stands in. */
const secretValue = z
  .string()
  .min(1)
  .max(secretLengthMax)
  .regex(/^\P{Cc}*$/u, { error: "must not hold a line break or another control character" });
const secretWire = z
  .strictObject({ name: z.string(), updated_at: timeWire })
  .meta({ id: "Secret", description: "A named secret. Its value is never answered." });
export type SecretWire = z.output<typeof secretWire>;

export const keyRoutes = {
  listKeys: defineRoute({
    operation: "listKeys",
    group: "keys",
    method: "GET",
    path: "/v1/keys",
    summary: "All keys, without their secrets.",
    access: ["management"],
    params: none,
    query: none,
    body: noBody,
    ok: jsonOk(200, "The keys.", z.strictObject({ data: z.array(keyWire) })),
    refusals: [],
  }),
  makeKey: defineRoute({
    operation: "makeKey",
    group: "keys",
    method: "POST",
    path: "/v1/keys",
    summary: "Make a key. The answer holds its secret, once.",
    access: ["management"],
    params: none,
    query: none,
    headers: idempotencyHeader,
    body: jsonBody(newKeyBody),
    ok: jsonOk(
      201,
      "The key with its secret.",
      z.strictObject({
        ...keyWire.shape,
        key: z.string().meta({ description: "The secret; shown here and never again." }),
      }),
    ),
    refusals: ["key.app_unknown", "request.idempotency_key"],
  }),
  removeKey: defineRoute({
    operation: "removeKey",
    group: "keys",
    method: "DELETE",
    path: "/v1/keys/{id}",
    summary: "Take a key back; from now on it is unknown.",
    access: ["management"],
    params: z.strictObject({ id: searchText }),
    query: none,
    body: noBody,
    ok: jsonOk(200, "The key is gone.", z.strictObject({ id: z.string() })),
    refusals: ["key.not_found"],
  }),
} as const;

export const secretRoutes = {
  listSecrets: defineRoute({
    operation: "listSecrets",
    group: "secrets",
    method: "GET",
    path: "/v1/secrets",
    summary: "The names of all secrets.",
    access: ["management"],
    params: none,
    query: none,
    body: noBody,
    ok: jsonOk(200, "The secrets' names.", z.strictObject({ data: z.array(secretWire) })),
    refusals: [],
  }),
  putSecret: defineRoute({
    operation: "putSecret",
    group: "secrets",
    method: "PUT",
    path: "/v1/secrets/{name}",
    summary: "Set a secret; templates name it as a macro, attempts from now on carry it.",
    access: ["management"],
    params: secretName,
    query: none,
    body: jsonBody(closedObject({ value: secretValue })),
    ok: jsonOk(200, "The secret is set.", secretWire),
    refusals: [],
  }),
  removeSecret: defineRoute({
    operation: "removeSecret",
    group: "secrets",
    method: "DELETE",
    path: "/v1/secrets/{name}",
    summary: "Remove a secret. Postbacks that need it will not be sent until it is set again.",
    access: ["management"],
    params: secretName,
    query: none,
    body: noBody,
    ok: jsonOk(200, "The secret is gone.", z.strictObject({ name: z.string() })),
    refusals: ["secret.not_found"],
  }),
} as const;
