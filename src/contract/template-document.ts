import { z } from "zod";
import { type PostbackTemplate, templateKinds } from "#src/core/catalog/catalog.ts";
import { dialects, type MissingValuePolicy, type RequestTemplate } from "#src/core/catalog/request-template.ts";
import { httpMethods } from "#src/core/postbacks/postback.ts";
import { closedObject } from "./closed-object.ts";

/** Sizes are `core/`'s to judge when it compiles; these only bound what is read. */
const textLengthMax = 262_144;
const headersMax = 64;

const headersField = z
  .union(
    [
      z.record(z.string(), z.string().max(textLengthMax)),
      z.array(closedObject({ name: z.string(), value: z.string().max(textLengthMax) })).max(headersMax),
    ],
    { error: "must be names with values, or a list of { name, value }" },
  )
  .default([]);

const onMissingField = z
  .union([z.enum(["empty", "drop_parameter", "skip"]), closedObject({ literal: z.string() })], {
    error: "must be `empty`, `drop_parameter`, `skip` or { literal: … }",
  })
  .default("empty");

const requestFields = {
  dialect: z.enum(dialects).meta({ description: "How its macros are written." }),
  method: z.enum(httpMethods).optional().meta({ description: "GET; with a body POST." }),
  url: z
    .string()
    .min(1)
    .max(textLengthMax)
    .meta({ description: "At most 2,048 characters; no event value in scheme, host, port or user-info." }),
  headers: headersField.meta({ description: "Values are templates too." }),
  body: z
    .string()
    .max(textLengthMax)
    .nullable()
    .default(null)
    .meta({ description: "Its values are encoded as `content_type` asks." }),
  content_type: z.string().min(1, { error: "must not be empty" }).nullable().default(null),
  on_missing: onMissingField.meta({
    description: "What stands where a macro has no value; `skip` skips the postback.",
  }),
};

export const requestDocument = closedObject(requestFields);
type RequestDocument = z.output<typeof requestDocument>;

export const templateDocument = closedObject({
  event_kind: z
    .enum(templateKinds)
    .meta({ description: "What an event is to it: conversions are `install`, all else `in_app_event`." }),
  platform: z
    .enum(["ios", "android", "windows"])
    .nullable()
    .default(null)
    .meta({ description: "null serves every platform." }),
  privacy: z.boolean().default(false).meta({ description: "For users who limit tracking." }),
  ...requestFields,
});

export const templateFromDocument = (document: z.output<typeof templateDocument>): PostbackTemplate => ({
  eventKind: document.event_kind,
  platform: document.platform,
  privacy: document.privacy,
  request: requestFromDocument(document),
});

export const requestFromDocument = (document: RequestDocument): RequestTemplate => ({
  dialect: document.dialect,
  method: document.method ?? (document.body === null ? "GET" : "POST"),
  url: document.url,
  headers: Array.isArray(document.headers)
    ? document.headers
    : Object.entries(document.headers).map(([name, value]) => ({ name, value })),
  body: document.body,
  contentType: document.content_type,
  onMissing: missingPolicyOf(document.on_missing),
});

const missingPolicyOf = (document: z.output<typeof onMissingField>): MissingValuePolicy =>
  typeof document === "string" ? { kind: document } : { kind: "literal", text: document.literal };

export const templateToDocument = (template: PostbackTemplate): z.input<typeof templateDocument> => ({
  event_kind: template.eventKind,
  platform: template.platform,
  privacy: template.privacy,
  ...requestToDocument(template.request),
});

export const requestToDocument = (request: RequestTemplate): z.input<typeof requestDocument> => ({
  dialect: request.dialect,
  method: request.method,
  url: request.url,
  headers: headersToDocument(request.headers),
  body: request.body,
  content_type: request.contentType,
  on_missing: request.onMissing.kind === "literal" ? { literal: request.onMissing.text } : request.onMissing.kind,
});

/** As names with values, which reads better, unless a name is doubled or would sort itself first in an object. */
const headersToDocument = (headers: RequestTemplate["headers"]): z.input<typeof headersField> => {
  const asObject = new Map(headers.map(({ name, value }) => [name, value]));
  const isPlain = asObject.size === headers.length && headers.every(({ name }) => !/^(?:\d+|__proto__)$/.test(name));
  return isPlain ? Object.fromEntries(asObject) : headers.map(({ name, value }) => ({ name, value }));
};
