import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { readRequestPart } from "#src/contract/request-problems.ts";
import { routes } from "#src/contract/routes.ts";
import { invariant } from "#src/core/invariant.ts";
import { plainBytes, refuseBodyForm } from "./body-text.ts";
import { type Caller, type CallerFinder, isRefusal } from "./caller.ts";
import { openEventIdMint } from "./event-id-mint.ts";
import type { HttpDependencies, HttpLimits } from "./http-dependencies.ts";
import { parseEvents } from "./intake.ts";
import { acceptedText, noneAccepted } from "./intake-answer.ts";
import { intakeFormatOf, splitBody } from "./intake-body.ts";
import { type IntakeRoom, openIntakeRoom } from "./intake-room.ts";
import { openRateLimit } from "./rate-limit.ts";
import { type Refusal, refuse, refuseParts, sendRefusal } from "./refusal.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** Who asks, found before the body is read; null where anybody may. */
    caller: Caller | null;
  }
}

const { sendEvents } = routes;
const intakeTypes = ["application/json", "application/x-ndjson", "application/ndjson"];
const answerType = "application/json; charset=utf-8";
/** Plain bodies up to this are not counted against the room: one event is no larger. */
const uncountedBytesMax = 65_536;

/**
 * `POST /v1/events`, the hot path: bytes to text to events to one `append`. No schema and no hook
 * for each event, and an answer written by hand.
 */
export const registerIntake = (
  app: FastifyInstance,
  dependencies: HttpDependencies,
  findCaller: CallerFinder,
): void => {
  const { limits } = dependencies.settings;
  const bodyLimit = limits.intakeBytesMax;
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(intakeTypes, { parseAs: "buffer", bodyLimit }, (_request, body, done) => done(null, body));
  const room = openIntakeRoom(limits.intakeBytesInHandMax);
  app.addHook("onRequest", (request, reply, done) => {
    const refusal = admit({ request, reply }, { findCaller, room, limits });
    // Answered before the body is read: a stranger's five megabytes are not taken into memory.
    if (refusal === null) done();
    else sendRefusal(request, reply, refusal);
  });
  app.post(sendEvents.path, { bodyLimit }, intakeHandler(dependencies));
};

const admit = (
  { request, reply }: { readonly request: FastifyRequest; readonly reply: FastifyReply },
  { findCaller, room, limits }: { findCaller: CallerFinder; room: IntakeRoom; limits: HttpLimits },
): Refusal | null => {
  const caller = findCaller(request, sendEvents.access);
  if (isRefusal(caller)) return caller;
  request.caller = caller;
  const form = refuseBodyForm(request.headers);
  if (form !== null) return form;
  const { "content-length": length, "content-encoding": encoding } = request.headers;
  const announced = encoding?.toLowerCase() === "gzip" || length === undefined ? limits.intakeBytesMax : Number(length);
  if (!(announced > uncountedBytesMax) || announced > limits.intakeBytesMax) return null;
  const giveBack = room.take(announced);
  if (giveBack === null)
    return refuse("intake.queue_full", "too many large bodies are under way; nothing was acknowledged; repeat later", {
      headers: { "retry-after": "1" },
    });
  // Of the answer, not of the request: that is closed as soon as its body was read.
  reply.raw.once("close", giveBack);
  return null;
};

const intakeHandler = (dependencies: HttpDependencies) => {
  const take = openIntake(dependencies);
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const taken = await take(request);
    if (taken.kind === "refusal") return sendRefusal(request, reply, taken);
    return reply.code(202).header("content-type", answerType).send(taken.text);
  };
};

type Taken = { readonly kind: "taken"; readonly text: string } | Refusal;

const openIntake = ({ engine, clock, chance, settings: { limits } }: HttpDependencies) => {
  const mintId = openEventIdMint(chance);
  const rate = openRateLimit();

  return async (request: FastifyRequest): Promise<Taken> => {
    const { caller } = request;
    invariant(caller !== null, "intake is admitted before its body is read");
    const question = readQuestion(request.query);
    if (question.kind === "refusal") return question;
    const unpacked = plainBytes(request, limits.intakeBytesMax);
    const body = unpacked instanceof Promise ? await unpacked : unpacked;
    if (body.kind === "refusal") return body;
    const split = splitBody(body.bytes, intakeFormatOf(request.headers["content-type"]), limits.eventsPerRequestMax);
    if (split.kind === "refusal") return split;
    const now = clock.now();
    // Whoever may do everything is not slowed down by the setting: it keeps one app from taking another's share.
    const perSecond = caller.ratePerSecond ?? (caller.kind === "ingest" ? limits.eventsPerSecondPerKey : null);
    const wait = perSecond === null ? null : rate.take({ keyId: caller.keyId, perSecond }, split.texts.length, now);
    if (wait !== null) return tooFast(wait.waitS);
    const { apps } = engine.catalog.current();
    const intake = parseEvents(split.texts, {
      keyApp: caller.appId,
      isKnownApp: (id) => {
        const known = apps.get(id);
        return known !== undefined && (caller.isOperator || known.app.accountId === caller.accountId);
      },
      receivedAt: now,
      senderIp: request.ip ?? null,
      mintId,
    });
    if (intake.events.length === 0) return noneAccepted(intake, split);
    const acceptances = await engine.journal.append(intake.events);
    return {
      kind: "taken",
      text: acceptedText(intake, acceptances, { explain: question.explain, lines: split.lines }),
    };
  };
};

type Question = { readonly kind: "question"; readonly explain: boolean } | Refusal;
const plainQuestion: Question = { kind: "question", explain: false };

/** Almost every sender asks nothing: the schema is only for those that do. */
const readQuestion = (query: unknown): Question => {
  if (typeof query === "object" && query !== null && Object.keys(query).length === 0) return plainQuestion;
  const reading = readRequestPart(sendEvents.query, query);
  return reading.kind === "read"
    ? { kind: "question", explain: reading.value.explain }
    : refuseParts("the query", reading.errors);
};

const tooFast = (waitS: number): Refusal =>
  refuse("rate.limited", `this key sends more events a second than it may; wait ${waitS} s; nothing was acknowledged`, {
    headers: { "retry-after": String(waitS) },
  });
