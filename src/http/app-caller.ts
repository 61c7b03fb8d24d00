import type { FastifyRequest } from "fastify";
import type { RouteAccess } from "#src/contract/route-access.ts";
import { type Caller, callerOfTexts, localCaller } from "./caller.ts";
import type { Keyring } from "./keyring.ts";
import { type Refusal, refuse } from "./refusal.ts";

/** Where a client that was not made for Carom puts its key. */
export type Credential = {
  /** What may be the key, the likeliest first; empty texts are none. */
  readonly presented: (request: FastifyRequest) => readonly string[];
  /** Where it is to stand, in words. */
  readonly words: string;
};

/** Who sends by a route that this access guards, with the key where the client puts it. */
export type AppCallerFinder = (
  request: FastifyRequest,
  access: RouteAccess,
  credential: Credential,
) => Caller | Refusal;

export const findLocalAppCaller: AppCallerFinder = () => localCaller;

export const appCallerFinder =
  (keyring: Keyring): AppCallerFinder =>
  (request, access, { presented, words }) => {
    const texts = presented(request).filter((text) => text !== "");
    return access.kind === "anybody" || texts.length === 0
      ? refuse("auth.missing", words)
      : callerOfTexts(keyring, texts, access);
  };
