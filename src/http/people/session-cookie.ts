import { timingSafeEqual } from "node:crypto";
import cookies from "@fastify/cookie";
import session from "@fastify/session";
import type { FastifyInstance } from "fastify";
import type { AccountId, UserId } from "#src/core/ids.ts";
import type { SessionReader } from "#src/http/caller.ts";
import { refuse } from "#src/http/refusal.ts";
import type { Exchange } from "#src/http/serve-route.ts";
import type { Chance } from "#src/ports/chance.ts";
import type { SessionLimits, Sessions } from "./sessions.ts";

declare module "fastify" {
  interface Session {
    person?: PersonInAccount;
  }
}

type PersonInAccount = { readonly userId: UserId; readonly accountId: AccountId };

/** What a handler does with the browser that asks. */
export type Visit = {
  /** Where the request comes from, as far as proxies are believed. */
  readonly address: string;
  /** Lets the browser in under a new id, whatever it brought along; answers the token that its unsafe requests carry. */
  readonly enter: (person: PersonInAccount) => Promise<string>;
  readonly switchTo: (person: PersonInAccount) => Promise<void>;
  readonly leave: () => Promise<void>;
  /** Whose session asks, and the account that it looks at; null where none does. */
  readonly person: () => PersonInAccount | null;
  /** Null where no session asks. */
  readonly csrfToken: () => string | null;
  /** Whether this is that token, for what cannot send it as a header. */
  readonly isCsrfToken: (text: string) => boolean;
  /** A cookie that lives for minutes: what a sign-in at the identity provider began with. */
  readonly readNote: () => string | null;
  readonly writeNote: (text: string, maxAgeMs: number) => void;
  readonly dropNote: () => void;
};

const idBytes = 32;
const idLengthMax = 100;
const notePath = "/v1/oidc";

export type SessionParts = {
  readonly sessions: Sessions;
  readonly limits: SessionLimits;
  readonly chance: Chance;
  /** Where people reach this server; null where nobody said. */
  readonly publicUrl: string | null;
};

/** With the prefix no other host of the domain, and no plain page, can set it: RFC 6265bis. */
const sessionCookieName = (publicUrl: string | null): string =>
  isSecure(publicUrl) ? "__Host-carom_session" : "carom_session";

const noteName = (publicUrl: string | null): string => (isSecure(publicUrl) ? "__Secure-carom_oidc" : "carom_oidc");

const isSecure = (publicUrl: string | null): boolean => publicUrl?.startsWith("https://") ?? false;

/** Every door reads the cookie by this: a look into memory, and nothing of the library that makes sessions. */
export const sessionReader = ({ sessions, publicUrl }: Pick<SessionParts, "sessions" | "publicUrl">): SessionReader => {
  const name = sessionCookieName(publicUrl);
  return ({ headers, method }, occasion) => {
    const id = cookieIn(headers.cookie, name);
    if (id === null) return null;
    const found = occasion === "asks" ? sessions.find(id) : sessions.look(id);
    if (found === null) return refuse("auth.session_ended", "the session has ended; sign in again");
    // A browser sends its cookie along with whatever another site makes it ask; it does not send this header.
    if (method !== "GET" && method !== "HEAD" && !isToken(headers[csrfHeader], sessions.csrfToken(id)))
      return refuse("auth.csrf", `send the header \`${csrfHeader}\` with csrf_token of GET /v1/session`);
    return found;
  };
};

const csrfHeader = "carom-csrf";

const isToken = (given: string | readonly string[] | undefined, token: string): boolean => {
  if (typeof given !== "string") return false;
  const [one, other] = [Buffer.from(given), Buffer.from(token)];
  return one.length === other.length && timingSafeEqual(one, other);
};

const cookieIn = (header: string | undefined, name: string): string | null => {
  for (const pair of header?.split(";") ?? []) {
    const [key = "", value = ""] = pair.trim().split("=", 2);
    if (key === name && value !== "" && value.length <= idLengthMax) return value;
  }
  return null;
};

const cookieOptions = (publicUrl: string | null) => ({
  path: "/",
  httpOnly: true,
  sameSite: "lax" as const,
  secure: isSecure(publicUrl),
});

/** Makes and ends sessions on the routes of this instance. Every other route only reads the cookie, see `sessionReader`. */
export const registerSessions = async (app: FastifyInstance, parts: SessionParts): Promise<void> => {
  const { sessions, limits, chance, publicUrl } = parts;
  await app.register(cookies);
  await app.register(session, {
    cookieName: sessionCookieName(publicUrl),
    cookie: { ...cookieOptions(publicUrl), maxAge: limits.longestMs },
    saveUninitialized: false,
    rolling: false,
    idGenerator: () => Buffer.from(chance.bytes(idBytes)).toString("base64url"),
    // The id is 256 bits of chance and found by its hash: a signature would add nothing to guess.
    secret: { sign: (id) => id, unsign: (id) => ({ valid: true, renew: false, value: id }) },
    store: {
      get: (id, told) => {
        const found = sessions.find(id);
        if (found === null) return told(null, null);
        const { userId, accountId } = found.session;
        told(null, { cookie: { originalMaxAge: null }, person: { userId, accountId } });
      },
      set: (id, { person }, told) => {
        if (person === undefined) told();
        else sessions.put(id, person).then(() => told(), told);
      },
      destroy: (id, told) => {
        sessions.end(id).then(() => told(), told);
      },
    },
  });
};

export const visitOf = (
  { request, reply }: Exchange,
  { sessions, publicUrl }: Pick<SessionParts, "sessions" | "publicUrl">,
): Visit => {
  const note = { ...cookieOptions(publicUrl), path: notePath };
  const put = async (person: PersonInAccount): Promise<void> => {
    request.session.person = person;
    await request.session.save();
  };
  const csrfToken = (): string | null =>
    request.session?.person === undefined ? null : sessions.csrfToken(request.session.sessionId);
  return {
    get address() {
      return request.ip;
    },
    enter: async (person) => {
      await request.session.regenerate();
      // The old cookie would be cleared beside the new one that is set.
      Reflect.deleteProperty(request.cookies, sessionCookieName(publicUrl));
      await put(person);
      return sessions.csrfToken(request.session.sessionId);
    },
    switchTo: put,
    leave: async () => {
      await request.session.destroy();
      reply.clearCookie(sessionCookieName(publicUrl), cookieOptions(publicUrl));
    },
    person: () => request.session?.person ?? null,
    csrfToken,
    isCsrfToken: (text) => {
      const token = csrfToken();
      return token !== null && isToken(text, token);
    },
    readNote: () => request.cookies[noteName(publicUrl)] ?? null,
    writeNote: (text, maxAgeMs) => {
      reply.setCookie(noteName(publicUrl), text, { ...note, maxAge: maxAgeMs / 1000 });
    },
    dropNote: () => {
      reply.clearCookie(noteName(publicUrl), note);
    },
  };
};
