import type { FastifyReply, FastifyRequest } from "fastify";
import type { Acceptance } from "#src/ports/journal.ts";
import { refuseBodyForm } from "./body-text.ts";
import type { Caller } from "./caller.ts";
import { openEventIdMint } from "./event-id-mint.ts";
import type { HttpDependencies, HttpLimits } from "./http-dependencies.ts";
import { type Intake, parseEvents } from "./intake.ts";
import { openIntakeRoom } from "./intake-room.ts";
import type { KeyRate } from "./key-rate.ts";
import { type Refusal, refuse } from "./refusal.ts";
import { openWebOrigins, type WebOrigins } from "./web-origin.ts";

/**
 * What every way in shares, Carom's own and those that existing clients speak: one room for bodies in
 * memory, one rate for each key, one journal. Whatever an event is sent as, nothing is acknowledged
 * before it is durable.
 */
export type IntakeDesk = {
  /** Before the body is read: whether a page may send it, its form, and whether there is room for it. */
  readonly admit: (request: FastifyRequest, reply: FastifyReply, caller: Caller) => Refusal | null;
  readonly origins: WebOrigins;
  /** `texts` are events as `POST /v1/events` takes them; null is one that was not UTF-8. */
  readonly append: (texts: readonly (string | null)[], from: Sender) => Promise<Appended>;
  readonly limits: HttpLimits;
};

export type Sender = {
  readonly caller: Caller;
  /** Null where the sender is known to be no device. */
  readonly senderIp: string | null;
};

/** Without a good event nothing was appended, and there are no acceptances. */
export type Appended =
  | { readonly kind: "appended"; readonly intake: Intake; readonly acceptances: readonly Acceptance[] }
  | Refusal;

/** Plain bodies up to this are not counted against the room: one event is no larger. */
const uncountedBytesMax = 65_536;

export const openIntakeDesk = (dependencies: HttpDependencies, rate: KeyRate): IntakeDesk => {
  const { limits } = dependencies.settings;
  const room = openIntakeRoom(limits.intakeBytesInHandMax);
  const origins = openWebOrigins(dependencies.keyring);
  return {
    limits,
    origins,
    append: openAppend(dependencies, rate),
    admit: (request, reply, caller) => {
      const refusal = origins.refuse(request, caller) ?? refuseBodyForm(request.headers);
      if (refusal !== null) return refusal;
      const bytes = announcedBytes(request, limits);
      if (!(bytes > uncountedBytesMax) || bytes > limits.intakeBytesMax) return null;
      const giveBack = room.take(bytes);
      if (giveBack === null) return noRoom;
      // Of the answer, not of the request: that is closed as soon as its body was read.
      reply.raw.once("close", giveBack);
      return null;
    },
  };
};

const announcedBytes = ({ headers }: FastifyRequest, { intakeBytesMax }: HttpLimits): number => {
  const { "content-length": length, "content-encoding": encoding } = headers;
  return encoding?.toLowerCase() === "gzip" || length === undefined ? intakeBytesMax : Number(length);
};

const noRoom = refuse(
  "intake.queue_full",
  "too many large bodies are under way; nothing was acknowledged; repeat later",
  { headers: { "retry-after": "1" } },
);

const openAppend = ({ engine, clock, chance }: HttpDependencies, rate: KeyRate): IntakeDesk["append"] => {
  const mintId = openEventIdMint(chance);
  return async (texts, { caller, senderIp }) => {
    const tooFast = rate.refuseEvents(caller, texts.length);
    if (tooFast !== null) return tooFast;
    const now = clock.now();
    const { apps } = engine.catalog.current();
    const intake = parseEvents(texts, {
      keyApp: caller.appId,
      isKnownApp: (id) => {
        const known = apps.get(id);
        if (known === undefined) return false;
        // A key of the app sends for it whosever the app is: what ships inside it is not changed when it changes hands.
        return caller.isOperator || id === caller.appId || known.app.accountId === caller.accountId;
      },
      receivedAt: now,
      senderIp,
      mintId,
    });
    const acceptances = intake.events.length === 0 ? [] : await engine.journal.append(intake.events);
    return { kind: "appended", intake, acceptances };
  };
};
