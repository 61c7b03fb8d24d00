import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { requestCodes } from "#src/contract/request-codes.ts";
import { routes } from "#src/contract/routes.ts";
import { schemaEntries } from "#src/contract/schema-problems.ts";
import { NotAcknowledged } from "#src/ports/journal.ts";
import { decodeUtf8, unzipText } from "./body-text.ts";
import { type Caller, type CallerFinder, isRefusal } from "./caller.ts";
import { openEventIdMint } from "./event-id-mint.ts";
import type { HttpDependencies } from "./http-dependencies.ts";
import { type IntakeContext, parseEvents } from "./intake.ts";
import { acceptedText, noneAccepted } from "./intake-answer.ts";
import { intakeFormatOf, splitBody } from "./intake-body.ts";
import { openIntakeRoom } from "./intake-room.ts";
import { openRateLimit, unlimited } from "./rate-limit.ts";
import { type Refusal, refuse, sendRefusal } from "./refusal.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** Set on intake before the body is read. */
    caller: Caller | null;
  }
}

const { sendEvents } = routes;
const jsonType = "application/json; charset=utf-8";
/** Plain bodies up to this are not counted against the room: an event is no larger. */
const uncountedBytesMax = 65_536;
const busyRetryAfterS = 1;

/**
 * `POST /v1/events`: the hot path. Bytes to text to events to one `append`; no schema and no hook
 * per event, one answer written by hand.
 */
export const registerIntake = (app: FastifyInstance, dependencies: HttpDependencies, findCaller: CallerFinder): void => {
  const { limits } = dependencies.settings;
  app.decorateRequest("caller", null);
  app.addContentTypeParser(
    [...sendEvents.bodyTypes],
    { parseAs: "buffer", bodyLimit: limits.intakeBytesMax },
    (_request, body, done) => done(null, body),
  );
  app.addHook("onRequest", admit(findCaller, openIntakeRoom(limits.intakeBytesInHandMax), limits.intakeBytesMax));
  app.post(sendEvents.path, { bodyLimit: limits.intakeBytesMax }, intakeHandler(dependencies));
};
