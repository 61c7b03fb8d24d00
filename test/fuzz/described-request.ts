import type { InjectOptions } from "fastify";
import { z } from "zod";
import { openApiDocument } from "#src/contract/open-api.ts";
import type { Question } from "#test/support/authorisation-row.ts";
import { inviteToken } from "#test/support/people-of-accounts.ts";
import { shop } from "#test/support/several-accounts.ts";
import type { Dice } from "./dice.ts";
import { hostileTexts, mutatedJson } from "./mutate-json.ts";
import { pasteTexts } from "./paste-texts.ts";
import { isJson, type Making, schemaValue } from "./schema-value.ts";

const operationSchema = z.looseObject({
  operationId: z.string(),
  security: z.array(z.record(z.string(), z.unknown())),
  parameters: z.array(
    z.looseObject({ name: z.string(), in: z.enum(["path", "query", "header"]), schema: z.unknown() }),
  ),
  requestBody: z.looseObject({ content: z.record(z.string(), z.looseObject({ schema: z.unknown() })) }).optional(),
});
const document = z
  .looseObject({
    components: z.looseObject({ schemas: z.record(z.string(), z.unknown()) }),
    paths: z.record(z.string(), z.record(z.string(), operationSchema)),
  })
  .parse(openApiDocument("1.2.3"));

const methods = { get: "GET", post: "POST", put: "PUT", patch: "PATCH", delete: "DELETE" } as const;
const isMethod = (name: string): name is keyof typeof methods => Object.hasOwn(methods, name);

export type Operation = z.infer<typeof operationSchema> & {
  readonly path: string;
  readonly method: (typeof methods)[keyof typeof methods];
};

/** What openapi.json says that can be asked. */
export const operations: readonly Operation[] = Object.entries(document.paths).flatMap(([path, ofPath]) =>
  Object.entries(ofPath).map(([method, operation]) => {
    if (!isMethod(method)) throw new Error(`${method} ${path} is asked by nobody`);
    return { ...operation, path, method: methods[method] };
  }),
);

type Headers = Readonly<Record<string, string>>;
export type Asking = {
  readonly dice: Dice;
  /** Names of what there is. */
  readonly ids: readonly string[];
  /** What is known to be answered well: half of the places and documents are taken from it. */
  readonly right?: Question | undefined;
  readonly headers: Headers;
  /** Whether the documents and the parameters are spoilt after they were made. */
  readonly isMutated: boolean;
};

export type DescribedRequest = Pick<InjectOptions, "method" | "headers" | "payload"> & { readonly url: string };

/** A request for an operation, made of its description and the names of what there is. */
export const describedRequest = (operation: Operation, asking: Asking): DescribedRequest => {
  const { dice, ids, right, isMutated } = asking;
  const pasted = takePasted.includes(operation.operationId) ? pasteTexts(dice, 20) : [];
  const making: Making = { dice, schemas: document.components.schemas, texts: [...ids, ...plainTexts, ...pasted] };
  const { headers, query } = credentialOf(operation, asking.headers);
  const placeOf = (name: string): string => {
    if (isMutated && dice.hits(0.3)) return dice.pick(sendable);
    const known = right?.params?.[name];
    return known !== undefined && dice.hits(0.5) ? known : dice.pick(placesByName[name] ?? ids);
  };
  const path = operation.path.replace(/\{(\w+)\}/g, (_place, name: string) => encodeURIComponent(placeOf(name)));
  const parameters = operation.parameters.filter((parameter) => parameter.in === "query" && dice.hits(0.3));
  for (const { name, schema } of parameters)
    query.set(name, isMutated && dice.hits(0.3) ? dice.pick(hostileTexts) : plainly(schemaValue(schema, making)));
  if (right?.query !== undefined && dice.hits(0.5))
    for (const [name, value] of new URLSearchParams(right.query)) query.set(name, value);
  return {
    // The answer to GET does not end.
    method: operation.operationId === "stream" ? "HEAD" : operation.method,
    url: query.size === 0 ? path : `${path}?${query}`,
    ...bodyOf(operation, making, { headers, isMutated, right: right?.payload }),
  };
};

const bodyOf = (
  { requestBody }: Operation,
  making: Making,
  {
    headers,
    isMutated,
    right,
  }: { readonly headers: Headers; readonly isMutated: boolean; readonly right: object | undefined },
): Omit<DescribedRequest, "url"> => {
  if (requestBody === undefined) return { headers };
  const mediaTypes = Object.keys(requestBody.content);
  const isRight = right !== undefined && mediaTypes.includes(json) && making.dice.hits(0.5);
  const mediaType = isRight ? json : making.dice.pick(mediaTypes);
  const value = isRight ? right : schemaValue(requestBody.content[mediaType]?.schema, making);
  const payload = isMutated ? mutatedJson(value, making.dice) : textOf(value, mediaType);
  return { headers: { ...headers, "content-type": mediaType }, payload };
};

const json = "application/json";

const textOf = (value: unknown, mediaType: string): string => {
  if (mediaType.endsWith("form-urlencoded") && isJson(value))
    return new URLSearchParams(Object.entries(value).map(([name, member]) => [name, plainly(member)])).toString();
  return typeof value === "string" && !mediaType.endsWith("json") ? value : JSON.stringify(value);
};

/** A key where the operation's own security scheme has it. */
const credentialOf = (
  { security }: Operation,
  headers: Headers,
): { readonly headers: Headers; readonly query: URLSearchParams } => {
  const [scheme = "key"] = security.flatMap((schemes) => Object.keys(schemes));
  const { authorization, ...others } = headers;
  const secret = authorization?.slice("Bearer ".length);
  const query = new URLSearchParams();
  if (secret === undefined || scheme === "key") return { headers, query };
  if (scheme === "basic")
    return { headers: { ...others, authorization: `Basic ${Buffer.from(`${secret}:`).toString("base64")}` }, query };
  if (scheme === "push_header") return { headers: { ...others, authorization: secret }, query };
  if (scheme === "authentication_header") return { headers: { ...others, authentication: secret }, query };
  query.set("clientKey", secret);
  return { headers: others, query };
};

const plainly = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));

/** A lone surrogate cannot be written in a path. */
const sendable = hostileTexts.filter((text) => text.isWellFormed());

/** Operations that repair what somebody pasted, or say how it would have to be written. */
const takePasted = ["proposeTemplate", "preview"];

const plainTexts = [
  "fresh",
  "purchase",
  "https://net.example/i?c={clickid}",
  "2026-01-14T00:00:00Z",
  "USD",
  "10",
  "1h",
];

const placesByName: Readonly<Record<string, readonly string[]>> = {
  app_id: [shop, "com.rival.game"],
  partner_id: ["net_int", "acme_private", "shared_int"],
  account_id: ["acme", "bright", "dim"],
  rule_id: ["acme_rule"],
  token: [inviteToken, "carom_link_join"],
};
