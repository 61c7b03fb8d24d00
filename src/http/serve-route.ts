import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { type RequestReading, readRequestPart } from "#src/contract/request-problems.ts";
import type { Route, RouteBody } from "#src/contract/route.ts";
import { findJsonFault, placeInText } from "#src/core/json/json-fault.ts";
import { decodeUtf8, plainBytes, refuseBodyForm } from "./body-text.ts";
import { type Caller, type CallerFinder, isRefusal, nobody } from "./caller.ts";
import type { HttpLimits } from "./http-dependencies.ts";
import type { KeyRate } from "./key-rate.ts";
import type { FeedSink } from "./live-feed.ts";
import { type Refusal, refuse, refuseParts, sendRefusal } from "./refusal.ts";
import type { Scope } from "./scope.ts";

export type Asked<Params, Query, Body> = {
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  /** The body as it came, where values must keep their text. */
  readonly bodyText: string;
  readonly headers: FastifyRequest["headers"];
  readonly caller: Caller;
  /** Asked again later, for what goes on: keys are taken back, and roles change. */
  readonly callerNow: () => Caller | Refusal;
  /** What the caller sees and may act on. */
  readonly scope: Scope;
};

export type Answered<Ok> =
  | { readonly kind: "ok"; readonly answer: Ok; readonly headers?: Readonly<Record<string, string>> }
  /** Written already, where numbers must keep their text or the answer is not JSON. */
  | {
      readonly kind: "text";
      readonly text: string;
      readonly mediaType: string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** Sends the browser on. */
  | { readonly kind: "redirect"; readonly location: string }
  /** Goes on for as long as the client listens; `open` answers what to do when it no longer does. */
  | { readonly kind: "stream"; readonly mediaType: string; readonly open: (sink: FeedSink) => () => void }
  | Refusal;

/** What a route of the contract is asked with, and what it answers. */
export type RouteInput<R> =
  R extends Route<infer Params, infer Query, infer Body, unknown> ? Asked<Params, Query, Body> : never;
export type RouteAnswer<R> = R extends Route<unknown, unknown, unknown, infer Ok> ? Ok : never;

/** What Fastify knows of a request, for the few handlers that deal with cookies. */
export type Exchange = { readonly request: FastifyRequest; readonly reply: FastifyReply };

export type RouteHandler<Params, Query, Body, Ok> = (
  asked: Asked<Params, Query, Body>,
  exchange: Exchange,
) => Answered<Ok> | Promise<Answered<Ok>>;

/** Registers a route of the contract: who may call, every part read by its schema, the answer as JSON. */
export type ServeRoute = <Params, Query, Body, Ok>(
  route: Route<Params, Query, Body, Ok>,
  handler: RouteHandler<Params, Query, Body, Ok>,
) => void;

/** What all routes of a server are served with. */
export type RouteServing = {
  readonly findCaller: CallerFinder;
  readonly rate: KeyRate;
  readonly scopeFor: (caller: Caller) => Scope;
  readonly limits: HttpLimits;
};

export const jsonMediaType = "application/json; charset=utf-8";

export const routeServer =
  (app: FastifyInstance, { findCaller, rate, scopeFor, limits }: RouteServing): ServeRoute =>
  (route, handler) => {
    const isLarge = route.body.kind === "text" || (route.body.kind === "json" && route.body.isLarge === true);
    const occasion = route.ok.mediaTypes?.includes("text/event-stream") ? "goes_on" : "asks";
    const bodyBytesMax = isLarge ? limits.catalogBytesMax : limits.bodyBytesMax;
    app.route({
      bodyLimit: bodyBytesMax,
      method: route.method,
      url: fastifyPath(route.path),
      onRequest: (request, reply, done) => {
        const caller = findCaller(request, route.access, occasion);
        if (isRefusal(caller)) {
          sendRefusal(request, reply, caller);
          return;
        }
        request.caller = caller;
        const refusal = rate.refuseRequest(caller) ?? refuseBodyForm(request.headers);
        if (refusal === null) done();
        else sendRefusal(request, reply, refusal);
      },
      handler: async (request, reply) => {
        const asked = await readParts(route, request, { bodyBytesMax, scopeFor, findCaller });
        if (asked.kind === "refusal") return sendRefusal(request, reply, asked);
        return sendAnswer({ request, reply }, route.ok.status, await handler(asked.asked, { request, reply }));
      },
    });
  };

/** `/v1/events/{id}` as Fastify writes it: `/v1/events/:id`. */
const fastifyPath = (path: string): string => path.replace(/\{(\w+)\}/g, ":$1");

type PartsRead<Params, Query, Body> = { readonly kind: "asked"; readonly asked: Asked<Params, Query, Body> } | Refusal;

const readParts = async <Params, Query, Body, Ok>(
  route: Route<Params, Query, Body, Ok>,
  request: FastifyRequest,
  {
    bodyBytesMax,
    scopeFor,
    findCaller,
  }: Pick<RouteServing, "scopeFor" | "findCaller"> & { readonly bodyBytesMax: number },
): Promise<PartsRead<Params, Query, Body>> => {
  const params = readRequestPart(route.params, request.params);
  if (params.kind === "refused") return refuseParts("the path", params.errors);
  const query = readRequestPart(route.query, request.query);
  if (query.kind === "refused") return refuseParts("the query", query.errors);
  const unpacked = await plainBytes(request, bodyBytesMax);
  if (unpacked.kind === "refusal") return unpacked;
  const text = decodeUtf8(unpacked.bytes);
  if (text.kind === "refusal") return text;
  const body = readBody(route.body, text.text);
  if (body.kind === "refusal") return body;
  if (body.kind === "refused") return refuseParts("the body", body.errors);
  const caller = request.caller ?? nobody;
  const asked: Asked<Params, Query, Body> = {
    params: params.value,
    query: query.value,
    body: body.value,
    bodyText: text.text,
    headers: request.headers,
    caller,
    callerNow: () => findCaller(request, route.access, "goes_on"),
    scope: scopeFor(caller),
  };
  return { kind: "asked", asked };
};

const readBody = <Body>(body: RouteBody<Body>, text: string): RequestReading<Body> | Refusal => {
  switch (body.kind) {
    case "none":
    case "text":
      return readRequestPart(body.schema, undefined);
    case "json": {
      if (text.trim() === "")
        return body.required
          ? refuse("request.json_malformed", "the body is empty; send JSON with content-type application/json")
          : readRequestPart(body.schema, {});
      const json = parseJson(text);
      return json.kind === "refusal" ? json : readRequestPart(body.schema, json.value);
    }
  }
};

const parseJson = (text: string): { readonly kind: "json"; readonly value: unknown } | Refusal => {
  try {
    return { kind: "json", value: JSON.parse(text) };
  } catch {
    const place = placeInText(text, findJsonFault(text) ?? 0);
    return refuse("request.json_malformed", `the body is not JSON: see ${place}`);
  }
};

const sendAnswer = <Ok>({ request, reply }: Exchange, status: number, answered: Answered<Ok>): FastifyReply => {
  if (answered.kind === "refusal") return sendRefusal(request, reply, answered);
  if (answered.kind === "redirect")
    return reply.code(status).header("location", answered.location).header("cache-control", "no-store").send("");
  if (answered.kind === "stream") {
    // HEAD asks for no body: a stream for it would take a place and never end.
    if (request.method === "HEAD") return reply.code(status).header("content-type", answered.mediaType).send("");
    return openStream(reply, status, answered);
  }
  if (answered.headers !== undefined) reply.headers(answered.headers);
  reply.code(status).header("cache-control", "no-store").header("x-content-type-options", "nosniff");
  return answered.kind === "text"
    ? reply.header("content-type", answered.mediaType).send(answered.text)
    : reply.header("content-type", jsonMediaType).send(JSON.stringify(answered.answer));
};

const openStream = (
  reply: FastifyReply,
  status: number,
  { mediaType, open }: Extract<Answered<unknown>, { kind: "stream" }>,
): FastifyReply => {
  reply.hijack();
  const { raw } = reply;
  raw.writeHead(status, {
    "content-type": mediaType,
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    // A proxy that gathers an answer before it hands it on would keep the stream to itself.
    "x-accel-buffering": "no",
  });
  const leave = open({
    write: (text) => raw.write(text),
    pendingBytes: () => raw.writableLength,
    end: (text) => raw.end(text),
    cut: () => raw.destroy(),
  });
  raw.on("close", leave);
  // A connection that breaks closes too; without a listener its error would end the process.
  raw.on("error", leave);
  return reply;
};
