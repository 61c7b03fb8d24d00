import { z } from "zod";
import { type ErrorCode, errorCodes } from "./error-codes.ts";
import { problemDocument } from "./problem-document.ts";
import { requestExamples } from "./request-examples.ts";
import type { AnyRoute, RouteCredential } from "./route.ts";
import { accessText } from "./route-access.ts";
import { allRoutes } from "./routes.ts";

type Json = { [name: string]: unknown };

/** Every route may answer these beside its own. */
const commonRefusals: readonly ErrorCode[] = ["request.malformed", "request.invalid", "server.fault"];
const keyRefusals: readonly ErrorCode[] = [
  "rate.limited",
  "auth.missing",
  "auth.unknown_key",
  "auth.key_expired",
  "auth.wrong_kind",
  "auth.role",
  "permission.denied",
];
const bodyRefusals: readonly ErrorCode[] = [
  "request.json_malformed",
  "request.not_utf8",
  "request.too_large",
  "request.media_type",
];

/** The API as OpenAPI 3.1, made from the route table and its schemas. */
export const openApiDocument = (version: string): Json => {
  const schemas = schemaWriter();
  schemas.write(problemDocument, "output");
  const paths: Record<string, Json> = {};
  for (const route of allRoutes) {
    const path = paths[route.path] ?? {};
    path[route.method.toLowerCase()] = operationOf(route, schemas);
    paths[route.path] = path;
  }
  return {
    openapi: "3.1.1",
    info: {
      title: "Carom",
      version,
      description: "A self-hosted postback server: events in, postbacks out, and why not where not.",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    tags: [...new Set(allRoutes.map(({ group }) => group))].map((name) => ({ name })),
    paths,
    components: {
      securitySchemes: {
        key: { type: "http", scheme: "bearer", description: "A key of `POST /v1/keys`." },
        session: {
          type: "apiKey",
          in: "cookie",
          name: "carom_session",
          description:
            "The cookie that `POST /v1/session` sets; `__Host-carom_session` where the public address is https. What is not GET or HEAD carries the header `carom-csrf` too, with `csrf_token` of `GET /v1/session`.",
        },
        ...credentialSchemes,
      },
      schemas: schemas.named,
    },
  };
};

const credentialSchemes: Readonly<Record<RouteCredential, Json>> = {
  authentication_header: {
    type: "apiKey",
    in: "header",
    name: "authentication",
    description: "An ingest key of the app, where AppsFlyer's API takes its dev key.",
  },
  push_header: {
    type: "apiKey",
    in: "header",
    name: "authorization",
    description: "An ingest key of the app in `authorization`, or in any header whose name begins with `x-`.",
  },
  basic: { type: "http", scheme: "basic", description: "An ingest key of the app as the user name: the write key." },
  client_key: {
    type: "apiKey",
    in: "query",
    name: "clientKey",
    description: "An export key of the app, as Leanplum's clients send it: in the query or in the body.",
  },
};

const operationOf = (route: AnyRoute, schemas: SchemaWriter): Json => {
  const body = bodyOf(route, schemas);
  return {
    operationId: route.operation,
    tags: [route.group],
    summary: route.summary,
    ...(route.access.kind === "anybody" ? {} : { description: `For ${accessText(route.access)}.` }),
    security: securityOf(route),
    parameters: [
      ...parametersOf(schemas.write(route.params, "input"), "path"),
      ...parametersOf(schemas.write(route.query, "input"), "query"),
      ...Object.entries(route.headers ?? {}).map(([name, description]) => ({
        name,
        in: "header",
        required: false,
        description,
        schema: { type: "string" },
      })),
    ],
    ...(body === null ? {} : { requestBody: body }),
    responses: { [route.ok.status]: okOf(route, schemas), ...refusalsOf(route) },
  };
};

/** Where a client puts its key a browser has no session. */
const securityOf = ({ access, credential }: AnyRoute): readonly Json[] => {
  if (access.kind === "anybody") return [];
  return credential === undefined ? [{ key: [] }, { session: [] }] : [{ [credential]: [] }];
};

const parametersOf = (parameters: Json, place: "path" | "query"): readonly Json[] => {
  const { properties, required, additionalProperties: others } = parameters;
  if (!isJson(properties)) return [];
  const requiredNames = Array.isArray(required) ? required : [];
  const named = Object.entries(properties).map(([name, property]) => {
    const { description, ...rest } = isJson(property) ? property : {};
    return {
      name,
      in: place,
      required: place === "path" || requiredNames.includes(name),
      ...(description === undefined ? {} : { description }),
      schema: rest,
    };
  });
  // Others that are told of are taken; those that are not are let be.
  return isJson(others) && others["description"] !== undefined ? [...named, otherParameters(others)] : named;
};

/** Parameters of any name, as the members of one object. */
const otherParameters = ({ description }: Json): Json => ({
  name: "fields",
  in: "query",
  required: false,
  ...{ description, style: "form", explode: true },
  schema: { type: "object", additionalProperties: { type: "string" } },
});

const jsonType = "application/json";

const bodyOf = ({ operation, body }: AnyRoute, schemas: SchemaWriter): Json | null => {
  const contentOf = (mediaType: string, schema: z.ZodType): Json => {
    const examples = requestExamples[operation]?.[mediaType];
    return { schema: schemas.write(schema, "input"), ...(examples === undefined ? {} : { examples }) };
  };
  switch (body.kind) {
    case "none":
      return null;
    case "json":
      return {
        required: body.required,
        content: { [jsonType]: contentOf(jsonType, body.schema) },
      };
    case "text":
      return {
        required: true,
        content: Object.fromEntries(
          body.content.map(({ mediaType, schema }) => [mediaType, contentOf(mediaType, schema)]),
        ),
      };
  }
};

const okOf = ({ ok }: AnyRoute, schemas: SchemaWriter): Json => ({
  description: ok.description,
  content: Object.fromEntries(
    ok.mediaTypes.map((type) => [type, { schema: schemas.write(ok.schema, ok.form === "taken" ? "input" : "output") }]),
  ),
});

/** One response for each status, with the codes that it may carry. */
const refusalsOf = (route: AnyRoute): Json => {
  const codes = [
    ...(route.access.kind === "anybody" ? [] : keyRefusals),
    ...(route.body.kind === "none" ? [] : bodyRefusals),
    ...commonRefusals,
    ...route.refusals,
  ];
  const byStatus = new Map<number, ErrorCode[]>();
  for (const code of new Set(codes)) {
    const { status } = errorCodes[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  const content = { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } };
  return Object.fromEntries(
    [...byStatus].map(([status, of]) => [
      String(status),
      { description: of.map((code) => `\`${code}\`: ${errorCodes[code].title}.`).join(" "), content },
    ]),
  );
};

type SchemaWriter = {
  readonly write: (schema: z.ZodType, io: "input" | "output") => Json;
  /** Schemas with an id, which the others refer to. */
  readonly named: Json;
};

/** OpenAPI 3.1 takes JSON Schema 2020-12 as it is; only named schemas move to where OpenAPI keeps them. */
const schemaWriter = (): SchemaWriter => {
  const named: Json = {};
  return {
    named,
    write: (schema, io) => {
      const { $schema: _dialect, $defs, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: "any", override });
      for (const [name, definition] of Object.entries($defs ?? {})) named[name] = moved(definition);
      const written = moved(rest);
      return isJson(written) ? written : {};
    },
  };
};

/** What is described by another schema than the one that reads it (`as`, by its id). */
const override = ({
  zodSchema,
  jsonSchema,
}: {
  readonly zodSchema: z.core.$ZodTypes;
  readonly jsonSchema: Json;
}): void => {
  const { as, description } = z.globalRegistry.get(zodSchema) ?? {};
  if (typeof as !== "string") return;
  for (const name of Object.keys(jsonSchema)) delete jsonSchema[name];
  Object.assign(jsonSchema, {
    $ref: `#/components/schemas/${as}`,
    ...(description === undefined ? {} : { description }),
  });
};

const moved = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(moved);
  if (!isJson(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      name === "$ref" ? String(member).replace("#/$defs/", "#/components/schemas/") : moved(member),
    ]),
  );
};

const isJson = (value: unknown): value is Json => typeof value === "object" && value !== null && !Array.isArray(value);
