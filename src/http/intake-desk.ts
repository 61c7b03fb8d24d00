import type { FastifyReply, FastifyRequest } from "fastify";
import type { Acceptance } from "#src/ports/journal.ts";
import { refuseBodyForm } from "./body-text.ts";
import type { Caller } from "./caller.ts";
import { openEventIdMint } from "./event-id-mint.ts";
import type { HttpDependencies, HttpLimits } from "./http-dependencies.ts";
import { type Intake, parseEvents } from "./intake.ts";
import { openIntakeRoom } from "./intake-room.ts";
import { openRateLimit } from "./rate-limit.ts";
import { type Refusal, refuse } from "./refusal.ts";

/**
 * What every way in shares, Carom's own and those that existing clients speak: one room for bodies in
 * memory, one rate for each key, one journal. Whatever an event is sent as, nothing is acknowledged
 * before it is durable.
 */
export type IntakeDesk = {
  /** Before the body is read: its form, and whether there is room for it. */
  readonly admitBody: (request: FastifyRequest, reply: FastifyReply) => Refusal | null;
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

export const openIntakeDesk = (dependencies: HttpDependencies): IntakeDesk => {
  const { limits } = dependencies.settings;
  const room = openIntakeRoom(limits.intakeBytesInHandMax);
  return {
    limits,
    append: openAppend(dependencies),
    admitBody: (request, reply) => {
      const form = refuseBodyForm(request.headers);
      if (form !== null) return form;
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

const openAppend = ({ engine, clock, chance, settings: { limits } }: HttpDependencies): IntakeDesk["append"] => {
  const mintId = openEventIdMint(chance);
  const rate = openRateLimit();
  return async (texts, { caller, senderIp }) => {
    const now = clock.now();
    // Whoever may do everything is not slowed down by the setting: it keeps one app from taking another's share.
    const perSecond = caller.ratePerSecond ?? (caller.kind === "ingest" ? limits.eventsPerSecondPerKey : null);
    const wait = perSecond === null ? null : rate.take({ keyId: caller.keyId, perSecond }, texts.length, now);
    if (wait !== null) return tooFast(wait.waitS);
    const { apps } = engine.catalog.current();
    const intake = parseEvents(texts, {
      keyApp: caller.appId,
      isKnownApp: (id) => {
        const known = apps.get(id);
        return known !== undefined && (caller.isOperator || known.app.accountId === caller.accountId);
      },
      receivedAt: now,
      senderIp,
      mintId,
    });
    const acceptances = intake.events.length === 0 ? [] : await engine.journal.append(intake.events);
    return { kind: "appended", intake, acceptances };
  };
};

const tooFast = (waitS: number): Refusal =>
  refuse("rate.limited", `this key sends more events a second than it may; wait ${waitS} s; nothing was acknowledged`, {
    headers: { "retry-after": String(waitS) },
  });
