import type { FastifyRequest } from "fastify";
import type { AppId } from "#src/core/ids.ts";
import type { ApiKeyKind } from "#src/ports/key-store.ts";
import type { Keyring } from "./keyring.ts";
import { type Refusal, refuse } from "./refusal.ts";

/** Who asks. `local` is whoever can open the socket in the data folder. */
export type Caller = {
  readonly kind: ApiKeyKind;
  /** Id of the key, or `local`. */
  readonly keyId: string;
  /** What changes are signed with: the key's name, or `local`. */
  readonly name: string;
  /** The one app an ingest key speaks for. */
  readonly appId: AppId | null;
};

export type CallerFinder = (request: FastifyRequest, kinds: readonly ApiKeyKind[]) => Caller | Refusal;

export const isRefusal = (found: Caller | Refusal): found is Refusal => found.kind === "refusal";

const localCaller: Caller = { kind: "management", keyId: "local", name: "local", appId: null };
const scheme = "bearer ";
const keyLengthMax = 200;

/** The socket is guarded by its file mode: no key is asked for. */
export const findLocalCaller: CallerFinder = () => localCaller;

export const callerFinder =
  (keyring: Keyring): CallerFinder =>
  (request, kinds) => {
    const header = request.headers.authorization;
    if (header === undefined) return refuse("auth.missing", "send the header `authorization: Bearer <key>`");
    if (header.length > keyLengthMax || header.slice(0, scheme.length).toLowerCase() !== scheme)
      return refuse("auth.unknown_key", "the authorization header is not of the form `Bearer <key>`");
    const key = keyring.find(header.slice(scheme.length).trim());
    if (key === null) return refuse("auth.unknown_key", "the key is not known; it may have been removed");
    if (!kinds.includes(key.kind))
      return refuse("auth.wrong_kind", `this needs a key of kind ${kinds.join(" or ")}; the one sent is ${key.kind}`);
    return { kind: key.kind, keyId: key.id, name: key.name, appId: key.appId };
  };
