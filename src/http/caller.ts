import type { FastifyRequest } from "fastify";
import { accessText, type Level, type RouteAccess } from "#src/contract/route-access.ts";
import { mainAccountId } from "#src/core/catalog/main-account.ts";
import type { AccountId, AppId } from "#src/core/ids.ts";
import { isAtLeast, type Role } from "#src/core/permissions/role.ts";
import type { ApiKey } from "#src/ports/key-store.ts";
import type { Keyring } from "./keyring.ts";
import type { SignedIn } from "./people/sessions.ts";
import { type Refusal, refuse } from "./refusal.ts";

/** Who asks, and for which account. `local` is whoever can open the socket in the data folder. */
export type Caller = {
  readonly kind: ApiKey["kind"] | "person" | "local" | "nobody";
  /** Id of the key or person, or `local`. */
  readonly keyId: string;
  /** What changes are signed with: the key's name, the person's email, or `local`. */
  readonly name: string;
  readonly accountId: AccountId;
  /** Null for a key of one app, and for nobody. */
  readonly role: Role | null;
  /** An admin or owner of the main account: everything on the server is theirs to see and to do. */
  readonly isOperator: boolean;
  /** The one app an ingest or export key speaks for. */
  readonly appId: AppId | null;
  /** What its rate is counted under: rotations of a key share one. */
  readonly rateId: string;
  /** Of its key; null takes the server's setting. */
  readonly ratePerSecond: number | null;
  /** Web origins whose pages may send with its key; null for whoever comes without one. */
  readonly origins: readonly string[] | null;
};

/** Who asks a route that this access guards, or why not. */
export type CallerFinder = (request: FastifyRequest, access: RouteAccess, occasion?: Occasion) => Caller | Refusal;

/**
 * Whether somebody asks, or what they asked for goes on by itself, which keeps no session from being idle. A browser takes
 * a broken stream up again by itself, and says nothing by which it could be told from one that somebody opens.
 */
export type Occasion = "asks" | "goes_on";

export const isRefusal = (found: Caller | Refusal): found is Refusal => found.kind === "refusal";

/** Whoever asks what anybody may. */
export const nobody: Caller = {
  kind: "nobody",
  keyId: "",
  name: "",
  accountId: mainAccountId,
  role: null,
  isOperator: false,
  appId: null,
  rateId: "",
  ratePerSecond: null,
  origins: null,
};

export const localCaller: Caller = {
  ...nobody,
  kind: "local",
  keyId: "local",
  name: "local",
  role: "owner",
  isOperator: true,
};
const scheme = "bearer ";
const keyLengthMax = 200;

/** The socket is guarded by its file mode: no key is asked for. */
export const findLocalCaller: CallerFinder = () => localCaller;

/** Who comes with the cookie of a session, or why not; null where there is no such cookie. */
export type SessionReader = (
  request: Pick<FastifyRequest, "headers" | "method">,
  occasion: Occasion,
) => SignedIn | Refusal | null;

export const callerFinder =
  (keyring: Keyring, readSession: SessionReader): CallerFinder =>
  (request, access, occasion = "asks") => {
    if (access.kind === "anybody") return nobody;
    const header = request.headers.authorization;
    if (header === undefined) {
      const person = readSession(request, occasion);
      if (person === null) return refuse("auth.missing", "send the header `authorization: Bearer <key>`");
      if ("kind" in person) return person;
      const caller = personCaller(person);
      return refuseAccess(caller, access) ?? caller;
    }
    if (header.length > keyLengthMax || header.slice(0, scheme.length).toLowerCase() !== scheme)
      return refuse("auth.unknown_key", "the authorization header is not of the form `Bearer <key>`");
    const caller = callerOfKey(keyring, header.slice(scheme.length).trim());
    return isRefusal(caller) ? caller : (refuseAccess(caller, access) ?? caller);
  };

/** Whoever's key is the first of these that is known, for a route that this access guards. */
export const callerOfTexts = (
  keyring: Keyring,
  presented: readonly string[],
  access: Exclude<RouteAccess, { kind: "anybody" }>,
): Caller | Refusal => {
  const short = presented.filter((text) => text.length <= keyLengthMax);
  const known = short.find((text) => keyring.find(text).kind !== "unknown");
  const caller = callerOfKey(keyring, known ?? "");
  return isRefusal(caller) ? caller : (refuseAccess(caller, access) ?? caller);
};

/** Whose key this is, whatever it may do. */
const callerOfKey = (keyring: Keyring, presented: string): Caller | Refusal => {
  const found = keyring.find(presented);
  switch (found.kind) {
    case "unknown":
      return refuse("auth.unknown_key", "the key is not known; it may have been removed");
    case "expired":
      return refuse("auth.key_expired", "the key has ended; another may have taken its place");
    case "key":
      return keyCaller(found.key);
  }
};

const keyCaller = ({ id, firstId, kind, name, accountId, role, appId, ratePerSecond, origins }: ApiKey): Caller => ({
  kind,
  keyId: id,
  rateId: firstId,
  name,
  accountId,
  role,
  isOperator: isOperating(accountId, role),
  appId,
  ratePerSecond,
  origins,
});

export const personCaller = ({
  user,
  membership: { accountId, role },
}: Pick<SignedIn, "user" | "membership">): Caller => ({
  ...nobody,
  kind: "person",
  keyId: user.id,
  name: user.email,
  accountId,
  role,
  isOperator: isOperating(accountId, role),
});

const isOperating = (accountId: AccountId, role: Role | null): boolean =>
  accountId === mainAccountId && role !== null && isAtLeast(role, "admin");

/** What keeps a known caller from a route, or null. */
const refuseAccess = (caller: Caller, access: Exclude<RouteAccess, { kind: "anybody" }>): Refusal | null => {
  const { least, appKeys } = access;
  if (caller.role === null) {
    if (appKeys.some((kind) => kind === caller.kind)) return null;
    return refuse("auth.wrong_kind", `this is for ${accessText(access)}; the key sent is of kind ${caller.kind}`);
  }
  if (reaches(caller, least)) return null;
  return refuse("auth.role", `this is for ${accessText(access)}; yours is ${caller.role} of ${caller.accountId}`);
};

/** Whether a caller is this much at least; a key of one app has no role, and is nothing. */
export const reaches = ({ role, isOperator, accountId }: Caller, level: Level): boolean => {
  switch (level) {
    case "operator":
      return isOperator;
    case "main_viewer":
      return role !== null && accountId === mainAccountId;
    case "viewer":
    case "editor":
    case "admin":
    case "owner":
      return role !== null && isAtLeast(role, level);
  }
};
