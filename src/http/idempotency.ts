import { createHash } from "node:crypto";
import type { Clock } from "#src/ports/clock.ts";
import { refuse } from "./refusal.ts";
import type { Answered, Asked } from "./serve-route.ts";

/**
 * Runs one route's request once for its `idempotency-key` and answers a repeat as the first was
 * answered, also while the first is under way. Remembered in memory for a day, over at most some
 * thousand keys: a repeat after a restart is a new request. What was refused or failed is forgotten,
 * so that it can be tried again.
 */
export type OncePerKey<Ok> = <Params, Query, Body>(
  asked: Asked<Params, Query, Body>,
  run: () => Promise<Answered<Ok>>,
) => Promise<Answered<Ok>>;

const rememberedMs = 24 * 60 * 60 * 1000;
const rememberedMax = 10_000;
const keyLengthMax = 255;

/** Of a body that may be a catalog its hash is remembered: thousands of keys must not hold thousands of bodies. */
const fingerprintOf = ({ params, query, bodyText }: Asked<unknown, unknown, unknown>): string =>
  createHash("sha256")
    .update(JSON.stringify([params, query]))
    .update("\n")
    .update(bodyText)
    .digest("base64");

type Remembered<Ok> = { readonly at: number; readonly request: string; readonly answer: Promise<Answered<Ok>> };

export const openOncePerKey = <Ok>(clock: Clock): OncePerKey<Ok> => {
  /** In the order of arrival, so that the first entry is the oldest. */
  const remembered = new Map<string, Remembered<Ok>>();

  const forgetOld = (now: number): void => {
    for (const [key, { at }] of remembered) {
      if (remembered.size <= rememberedMax && now - at < rememberedMs) return;
      remembered.delete(key);
    }
  };

  return async (asked, run) => {
    const header = asked.headers["idempotency-key"];
    if (header === undefined) return run();
    if (typeof header !== "string" || header === "" || header.length > keyLengthMax)
      return refuse("request.invalid", `idempotency-key: must have 1 to ${keyLengthMax} characters`);
    const now = clock.monotonic();
    forgetOld(now);
    // Keys belong to the caller: another's key of the same text is another key, and so is a person's in another account.
    const { keyId, accountId } = asked.caller;
    const key = `${keyId} ${accountId} ${header}`;
    const request = fingerprintOf(asked);
    const first = remembered.get(key);
    if (first !== undefined)
      return first.request === request
        ? first.answer
        : refuse("request.idempotency_key", "this idempotency-key was used for another request; use a new one");
    const answer = run();
    remembered.set(key, { at: now, request, answer });
    const forgetUnlessDone = ({ kind }: { readonly kind: string }) => {
      if (kind === "refusal") remembered.delete(key);
    };
    answer.then(forgetUnlessDone, () => remembered.delete(key));
    return answer;
  };
};
