import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { AnyRoute } from "#src/contract/route.ts";
import { invariant } from "#src/core/invariant.ts";
import type { AppCallerFinder, Credential } from "#src/http/app-caller.ts";
import { type BodyText, decodeUtf8, plainBytes } from "#src/http/body-text.ts";
import { type Caller, isRefusal } from "#src/http/caller.ts";
import { refusalOfFault } from "#src/http/http-faults.ts";
import type { IntakeDesk } from "#src/http/intake-desk.ts";
import type { Refusal } from "#src/http/refusal.ts";

export type Answer = { readonly kind: "answer"; readonly mediaType: string; readonly text: string } | Refusal;

/** One client's way in: where its key stands, how it is refused, what becomes of a request. */
export type CompatibleCall = {
  readonly route: AnyRoute;
  readonly credential: Credential;
  readonly refuseWith: (request: FastifyRequest, reply: FastifyReply, refusal: Refusal) => FastifyReply;
  readonly take: (asked: {
    readonly request: FastifyRequest;
    readonly text: string;
    readonly caller: Caller;
  }) => Promise<Answer>;
};

/** Registers calls of existing clients: like Carom's own they are admitted before their body is read. */
export const serveCompatible = (
  app: FastifyInstance,
  { desk, findAppCaller }: { readonly desk: IntakeDesk; readonly findAppCaller: AppCallerFinder },
  calls: readonly CompatibleCall[],
): void => {
  const bodyLimit = desk.limits.intakeBytesMax;
  app.removeAllContentTypeParsers();
  // Some clients name their body as text, or not at all; it is JSON or refused.
  app.addContentTypeParser("*", { parseAs: "buffer", bodyLimit }, (_request, body, done) => done(null, body));
  for (const { route, credential, refuseWith, take } of calls) {
    app.route({
      method: route.method,
      url: route.path.replace(/\{(\w+)\}/g, ":$1"),
      // A HEAD would send an event.
      exposeHeadRoute: false,
      bodyLimit,
      errorHandler: (fault, request, reply) => refuseWith(request, reply, refusalOfFault(fault, request)),
      onRequest: (request, reply, done) => {
        desk.origins.tell(request, reply);
        const caller = findAppCaller(request, route.access, credential);
        if (!isRefusal(caller)) request.caller = caller;
        const refusal = isRefusal(caller) ? caller : desk.admit(request, reply, caller);
        if (refusal === null) done();
        else refuseWith(request, reply, refusal);
      },
      handler: async (request, reply) => {
        const { caller } = request;
        invariant(caller !== null, "a call is admitted before its body is read");
        const body = await bodyText(request, desk);
        const answer = body.kind === "refusal" ? body : await take({ request, text: body.text, caller });
        if (answer.kind === "refusal") return refuseWith(request, reply, answer);
        reply.header("cache-control", "no-store").header("x-content-type-options", "nosniff");
        return reply.code(route.ok.status).header("content-type", answer.mediaType).send(answer.text);
      },
    });
    if (route.method === "POST") desk.origins.answerPreflight(app, route.path.replace(/\{(\w+)\}/g, ":$1"));
  }
};

const bodyText = async (request: FastifyRequest, { limits }: IntakeDesk): Promise<BodyText> => {
  const bytes = await plainBytes(request, limits.intakeBytesMax);
  return bytes.kind === "refusal" ? bytes : decodeUtf8(bytes.bytes);
};
