import { z } from "zod";
import { defineRoute, jsonOk, noBody, none } from "./route.ts";
import { atLeast } from "./route-access.ts";

export const leanplumActions = ["addPostback", "listPostbacks", "deletePostback"] as const;
export type LeanplumAction = (typeof leanplumActions)[number];
export const leanplumTypes = { messageEvents: "message_events", abTestEvents: "ab_test_events" } as const;
export type LeanplumType = keyof typeof leanplumTypes;
export const leanplumVersion = "1.0.6";

const message = z.strictObject({ message: z.string() }).optional();

/** One element for each action of a call. `success` says that it was received; done is what has neither warning nor error. */
const responseWire = z.strictObject({
  success: z.boolean(),
  postbackId: z.int().optional(),
  postbacks: z
    .array(
      z.strictObject({ postbackId: z.int(), type: z.enum(["messageEvents", "abTestEvents"]), postbackUrl: z.string() }),
    )
    .optional(),
  warning: message,
  error: message,
});
export const leanplumEnvelope = z.strictObject({ response: z.array(responseWire) }).meta({ id: "LeanplumEnvelope" });
export type LeanplumResponse = z.output<typeof responseWire>;

const callArguments = z.looseObject({
  action: z.enum(leanplumActions).optional(),
  appId: z.string().optional().meta({ description: "Id of the app." }),
  clientKey: z
    .string()
    .optional()
    .meta({ description: "An export key of the app, or a management key of its account." }),
  apiVersion: z
    .string()
    .optional()
    .meta({ description: `\`${leanplumVersion}\`.` }),
  type: z.string().optional().meta({ description: "`messageEvents` (the default) or `abTestEvents`." }),
  channels: z
    .string()
    .optional()
    .meta({ description: "`[Push Notification, In-app Message]`; none is all three, with `Email`." }),
  postbackUrl: z.string().optional().meta({ description: "Template in `{{Name}}`; its `&` is `%26` in a query." }),
  postbackId: z.string().optional(),
});

const refusals = ["auth.unknown_key", "resource.lost_race"] as const;

const ok = jsonOk(200, "The call was received; `warning` and `error` say what was not done.", leanplumEnvelope);

export const leanplumRoutes = {
  callLeanplum: defineRoute({
    operation: "callLeanplum",
    group: "compatible-clients",
    method: "POST",
    path: "/api",
    summary:
      "Leanplum's addPostback, listPostbacks and deletePostback. Arguments stand in the query, a form or a JSON object; the key is `clientKey`. Refusals have the vendor's form, or are problems where `accept` asks for them.",
    access: atLeast("editor", "export"),
    credential: "client_key",
    params: none,
    query: callArguments,
    body: {
      kind: "text",
      schema: z.undefined(),
      content: [
        { mediaType: "application/x-www-form-urlencoded", schema: callArguments },
        { mediaType: "application/json", schema: callArguments },
      ],
    },
    ok,
    refusals,
  }),
  askLeanplum: defineRoute({
    operation: "askLeanplum",
    group: "compatible-clients",
    method: "GET",
    path: "/api",
    summary: "The same with all arguments in the query.",
    access: atLeast("editor", "export"),
    credential: "client_key",
    params: none,
    query: callArguments,
    body: noBody,
    ok,
    refusals,
  }),
} as const;
