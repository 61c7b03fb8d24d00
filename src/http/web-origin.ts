import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Caller } from "./caller.ts";
import type { Keyring } from "./keyring.ts";
import { type Refusal, refuse, sendRefusal } from "./refusal.ts";

/**
 * Pages of other origins, which a browser lets send only what the server says they may. An ingest key that ships
 * inside a page names the origins of its pages; whoever is no browser sends no `Origin` and is asked for none. There
 * is no credentials mode: a key stands in a header, and no cookie speaks for it.
 */
export type WebOrigins = {
  /** Before the key is looked at, so that a page can read why it was refused. */
  readonly tell: (request: FastifyRequest, reply: FastifyReply) => void;
  /** Why the page may not send with this key, or null. */
  readonly refuse: (request: FastifyRequest, caller: Caller) => Refusal | null;
  /** Answers what a browser asks before it sends: it asks without the key, so any key's origin is answered. */
  readonly answerPreflight: (app: FastifyInstance, path: string) => void;
};

/** An origin that is repeated in a message; browsers send no longer ones. */
const originLengthMax = 300;
const preflightAnswer = {
  "access-control-allow-methods": "POST",
  "access-control-allow-headers": "authorization, authentication, content-type, content-encoding",
  "access-control-max-age": "3600",
  vary: "origin, access-control-request-method, access-control-request-headers",
} as const;

export const openWebOrigins = (keyring: Pick<Keyring, "listsOrigin">): WebOrigins => {
  const tell = (request: FastifyRequest, reply: FastifyReply): void => {
    const { origin } = request.headers;
    if (origin === undefined) return;
    reply.header("vary", "origin");
    if (keyring.listsOrigin(origin))
      reply.header("access-control-allow-origin", origin).header("access-control-expose-headers", "retry-after");
  };
  return {
    tell,
    refuse: refuseOrigin,
    answerPreflight: (app, path) => {
      app.options(path, (request, reply) => {
        const { origin, "access-control-request-method": asks } = request.headers;
        if (origin === undefined || asks === undefined) return reply.callNotFound();
        tell(request, reply);
        return keyring.listsOrigin(origin)
          ? reply.code(204).headers(preflightAnswer).send()
          : sendRefusal(request, reply, unlisted(origin, "no ingest key lists it in `origins`"));
      });
    },
  };
};

const refuseOrigin = ({ headers: { origin, host } }: FastifyRequest, { kind, origins }: Caller): Refusal | null => {
  if (origin === undefined || origins === null || origins.includes(origin)) return null;
  // A page of this very server needs no leave: a browser would let it send without asking.
  if (isOwnOrigin(origin, host)) return null;
  return unlisted(
    origin,
    kind === "ingest" ? "the key does not list it in `origins`" : `a key of kind ${kind} is none for a page`,
  );
};

/** Whether an origin is the very host that was asked. */
export const isOwnOrigin = (origin: string, host: string | undefined): boolean =>
  origin.slice(origin.indexOf("://") + "://".length) === host;

const unlisted = (origin: string, why: string): Refusal =>
  refuse("auth.origin", `origin: a page of ${origin.slice(0, originLengthMax)} may not send with this key: ${why}`);
