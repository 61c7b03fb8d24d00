import { z } from "zod";
import { roles } from "#src/core/permissions/role.ts";
import { closedObject } from "./closed-object.ts";
import { durationField } from "./document-fields.ts";
import { keyWire } from "./key-wire.ts";
import { searchText, timeParameter, timeWire } from "./list-query.ts";
import { defineRoute, idempotencyHeader, jsonBody, jsonOk, noBody, none, optionalJsonBody } from "./route.ts";
import { atLeast } from "./route-access.ts";
import { wholeCharacters } from "./whole-characters.ts";

const nameLengthMax = 200;
const secretLengthMax = 8192;
const ratePerSecondMax = 1_000_000;
const originLengthMax = 300;
const originsMax = 50;
const overlapDefaultMs = 86_400_000;
const keyName = wholeCharacters(z.string().trim().min(1).max(nameLengthMax));

const keyTerms = {
  name: keyName,
  expires_at: timeParameter.optional().meta({ description: "It works until then; by default it does not end." }),
  rate_per_second: z
    .number()
    .positive()
    .max(ratePerSecondMax)
    .optional()
    .meta({ description: "Events (ingest) or requests (others) a second; by default as the server is set." }),
};
const appKeyTerms = { ...keyTerms, app_id: searchText };
/** As a browser or a web view writes it in the header `origin`; `null`, which any sandboxed page sends, is none. */
const origin = z
  .string()
  .max(originLengthMax)
  .regex(/^[a-z][a-z0-9+.-]*:\/\/[a-z0-9.[\]:-]+$/, {
    error:
      "must be an origin such as https://shop.example or capacitor://localhost: scheme, host and port, in lower case",
  })
  .refine((text) => !/^(http:.*:80|https:.*:443)$/.test(text), {
    error: "must not name the port that goes without saying: a browser leaves `:80` and `:443` out",
  });

const newKeyBody = z.discriminatedUnion(
  "kind",
  [
    closedObject({
      kind: z.literal("ingest"),
      ...appKeyTerms,
      origins: z.array(origin).max(originsMax).default([]).meta({
        description: "Web origins whose pages may send events with it; by default none, and a browser is refused.",
      }),
    }),
    closedObject({ kind: z.literal("export"), ...appKeyTerms }),
    closedObject({
      kind: z.literal("management"),
      ...keyTerms,
      account_id: searchText.optional().meta({ description: "By default the caller's own." }),
      role: z.enum(roles).optional().meta({ description: "At most the caller's own, which is the default." }),
    }),
  ],
  { error: "must be `ingest` or `export` (with `app_id`), or `management`" },
);

const rotateBody = closedObject({
  overlap: durationField
    .default(overlapDefaultMs)
    .meta({ description: "How long the old key goes on; by default 24h. `0s` ends it now." }),
  expires_at: timeParameter
    .nullable()
    .optional()
    .meta({ description: "When the new key ends, null for never; by default when the old one was to." }),
});
const keyWithSecret = z.strictObject({
  ...keyWire.shape,
  key: z.string().meta({ description: "The secret; shown here and never again." }),
});
const keyId = z.strictObject({ id: searchText });

const secretName = z.strictObject({
  name: z.string().regex(/^[A-Za-z0-9_.-]{1,100}$/, { error: "must be letters, digits, `_`, `.` or `-`, at most 100" }),
});
/** A line break, as a file or `echo` leaves it, would end the header that the secret stands in. */
const secretValue = wholeCharacters(
  z
    .string()
    .min(1)
    .max(secretLengthMax)
    .regex(/^\P{Cc}*$/u, { error: "must not hold a line break or another control character" }),
);
const secretWire = z
  .strictObject({
    name: z.string(),
    updated_at: timeWire,
    fault: z.enum(["other_key", "damaged"]).nullable().meta({
      description:
        "Why it cannot be opened, so that postbacks which need it wait: sealed with another encryption key, or damaged.",
    }),
  })
  .meta({ id: "Secret", description: "A named secret. Its value is never answered." });
export type SecretWire = z.output<typeof secretWire>;

const unsetSecretWire = z.strictObject({
  name: z.string(),
  app_id: z.string(),
  partner_id: z.string().nullable().meta({ description: "Of the integration that needs it; null of a rule." }),
  rule_id: z.string().nullable(),
});
export type UnsetSecretWire = z.output<typeof unsetSecretWire>;
/** One secret that ten thousand apps share is told often enough by then. */
export const unsetSecretsMax = 200;

export const keyRoutes = {
  listKeys: defineRoute({
    operation: "listKeys",
    group: "keys",
    method: "GET",
    path: "/v1/keys",
    summary: "The keys of the account, and to an operator all; without their secrets.",
    access: atLeast("admin"),
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
    access: atLeast("admin"),
    params: none,
    query: none,
    headers: idempotencyHeader,
    body: jsonBody(newKeyBody),
    ok: jsonOk(201, "The key with its secret.", keyWithSecret),
    refusals: ["key.app_unknown", "key.role_too_high", "account.not_found", "request.idempotency_key"],
  }),
  rotateKey: defineRoute({
    operation: "rotateKey",
    group: "keys",
    method: "POST",
    path: "/v1/keys/{id}/rotate",
    summary:
      "Make a key like this one, which goes on for an overlap and then ends. The answer holds the new secret, once.",
    access: atLeast("admin"),
    params: keyId,
    query: none,
    headers: idempotencyHeader,
    body: optionalJsonBody(rotateBody),
    ok: jsonOk(
      201,
      "The new key with its secret, and the old one with its end.",
      z.strictObject({ ...keyWithSecret.shape, replaces: keyWire }),
    ),
    refusals: ["key.not_found", "key.role_too_high", "request.idempotency_key"],
  }),
  removeKey: defineRoute({
    operation: "removeKey",
    group: "keys",
    method: "DELETE",
    path: "/v1/keys/{id}",
    summary: "Take a key back; from now on it is unknown.",
    access: atLeast("admin"),
    params: keyId,
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
    access: atLeast("editor"),
    params: none,
    query: none,
    body: noBody,
    ok: jsonOk(
      200,
      "The secrets' names.",
      z.strictObject({
        data: z.array(secretWire),
        unset: z.array(unsetSecretWire).meta({
          description: `Secrets of the account that an integration or rule in use names and that are not set, so that its postbacks wait (\`secret_missing\`); at most ${unsetSecretsMax}.`,
        }),
      }),
    ),
    refusals: [],
  }),
  putSecret: defineRoute({
    operation: "putSecret",
    group: "secrets",
    method: "PUT",
    path: "/v1/secrets/{name}",
    summary: "Set a secret; templates name it as a macro, attempts from now on carry it.",
    access: atLeast("editor"),
    params: secretName,
    query: none,
    body: jsonBody(closedObject({ value: secretValue })),
    ok: jsonOk(200, "The secret is set.", secretWire),
    refusals: ["secret.no_key"],
  }),
  removeSecret: defineRoute({
    operation: "removeSecret",
    group: "secrets",
    method: "DELETE",
    path: "/v1/secrets/{name}",
    summary: "Remove a secret. Postbacks that need it will not be sent until it is set again.",
    access: atLeast("editor"),
    params: secretName,
    query: none,
    body: noBody,
    ok: jsonOk(
      200,
      "The secret is gone.",
      z.strictObject({
        name: z.string(),
        needed_by: z.array(z.string()).meta({
          description:
            "Places of the catalog, and notices (`notices.<id>.to.secret`), that name it: what they make waits, or is not told, until it is set again.",
        }),
      }),
    ),
    refusals: ["secret.not_found"],
  }),
} as const;
