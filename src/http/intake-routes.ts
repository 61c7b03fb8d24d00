import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { readRequestPart } from "#src/contract/request-problems.ts";
import { routes } from "#src/contract/routes.ts";
import { invariant } from "#src/core/invariant.ts";
import { plainBytes } from "./body-text.ts";
import { type Caller, type CallerFinder, isRefusal } from "./caller.ts";
import { acceptedText, noneAccepted } from "./intake-answer.ts";
import { intakeFormatOf, splitBody } from "./intake-body.ts";
import type { IntakeDesk } from "./intake-desk.ts";
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
/**
 * `POST /v1/events`, the hot path: bytes to text to events to one `append`. No schema and no hook
 * for each event, and an answer written by hand.
 */
export const registerIntake = (app: FastifyInstance, desk: IntakeDesk, findCaller: CallerFinder): void => {
  const bodyLimit = desk.limits.intakeBytesMax;
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(intakeTypes, { parseAs: "buffer", bodyLimit }, (_request, body, done) => done(null, body));
  app.post(
    sendEvents.path,
    {
      bodyLimit,
      onRequest: (request, reply, done) => {
        const refusal = admit({ request, reply }, desk, findCaller);
        // Answered before the body is read: a stranger's five megabytes are not taken into memory.
        if (refusal === null) done();
        else sendRefusal(request, reply, refusal);
      },
    },
    intakeHandler(desk),
  );
  desk.origins.answerPreflight(app, sendEvents.path);
};

const admit = (
  { request, reply }: { readonly request: FastifyRequest; readonly reply: FastifyReply },
  desk: IntakeDesk,
  findCaller: CallerFinder,
): Refusal | null => {
  desk.origins.tell(request, reply);
  const caller = findCaller(request, sendEvents.access);
  if (isRefusal(caller)) return caller;
  request.caller = caller;
  return desk.admit(request, reply, caller);
};

const intakeHandler = (desk: IntakeDesk) => {
  const take = openIntake(desk);
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const taken = await take(request);
    if (taken.kind === "refusal") return sendRefusal(request, reply, taken);
    return reply.code(202).header("content-type", answerType).send(taken.text);
  };
};

type Taken = { readonly kind: "taken"; readonly text: string } | Refusal;

const openIntake =
  ({ append, limits }: IntakeDesk) =>
  async (request: FastifyRequest): Promise<Taken> => {
    const { caller } = request;
    invariant(caller !== null, "intake is admitted before its body is read");
    const question = readQuestion(request.query);
    if (question.kind === "refusal") return question;
    if (question.explain && caller.kind === "ingest") return noExplanation;
    const unpacked = plainBytes(request, limits.intakeBytesMax);
    const body = unpacked instanceof Promise ? await unpacked : unpacked;
    if (body.kind === "refusal") return body;
    const split = splitBody(body.bytes, intakeFormatOf(request.headers["content-type"]), limits.eventsPerRequestMax);
    if (split.kind === "refusal") return split;
    const appended = await append(split.texts, { caller, senderIp: request.ip ?? null });
    if (appended.kind === "refusal") return appended;
    const { intake, acceptances } = appended;
    if (intake.events.length === 0) return noneAccepted(intake, split);
    return {
      kind: "taken",
      text: acceptedText(intake, acceptances, { explain: question.explain, lines: split.lines }),
    };
  };

/** Such a key ships inside apps: whoever takes one out of there would read which partners are told of what. */
const noExplanation = refuse(
  "auth.wrong_kind",
  "explain: what is decided is not told to an ingest key, since it may ship inside an app; nothing was taken. Send without it, or with a management key; POST /v1/explain and GET /v1/events/{id} answer it too",
);

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
