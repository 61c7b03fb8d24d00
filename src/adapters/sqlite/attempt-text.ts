import { invariant } from "#src/core/invariant.ts";
import {
  type Attempt,
  attemptOutcomes,
  type Exchange,
  networkFaults,
  type UnmetTest,
} from "#src/core/postbacks/attempt.ts";

/**
 * An attempt as it is stored: one JSON array, since it is written a thousand times for each time it
 * is read. The order is the version: what is added goes to the end.
 *
 *   number, started at, duration, lookup, connect, first byte, outcome, spent, address,
 *   and of an answer  status, headers, body, truncated, retry after, and where it did not meet the success test
 *                     which part of it, expected, actual
 *   or of a fault     its name, message
 */
export const packAttempt = (attempt: Attempt): string => {
  const { exchange } = attempt;
  const { phases, answer } = exchange;
  const { unmet } = attempt;
  const heard =
    answer.kind === "response"
      ? [
          answer.status,
          answer.headers,
          answer.body,
          answer.bodyTruncated,
          answer.retryAfterS,
          ...(unmet === null ? [] : [unmet.test, unmet.expected, unmet.actual]),
        ]
      : [answer.fault, answer.message];
  return JSON.stringify([
    attempt.number,
    exchange.startedAt,
    exchange.durationMs,
    phases.lookupMs,
    phases.connectMs,
    phases.firstByteMs,
    attempt.outcome,
    attempt.spent,
    exchange.remoteAddress,
    ...heard,
  ]);
};

export const unpackAttempt = (text: string): Attempt => {
  const parts: unknown = JSON.parse(text);
  invariant(Array.isArray(parts), "an attempt is stored as an array");
  const [number, startedAt, durationMs, lookupMs, connectMs, firstByteMs, outcome, spent, remoteAddress, ...heard] =
    parts;
  const known = attemptOutcomes.find((name) => name === outcome);
  invariant(known !== undefined, `${outcome} is an outcome`);
  return {
    number,
    exchange: {
      startedAt,
      durationMs,
      phases: { lookupMs, connectMs, firstByteMs },
      answer: answerOf(heard),
      remoteAddress,
    },
    outcome: known,
    spent,
    unmet: unmetOf(heard),
  };
};

// biome-ignore lint/suspicious/noExplicitAny: reads back what packAttempt wrote.
const answerOf = ([first, second, body, bodyTruncated, retryAfterS]: any[]): Exchange["answer"] => {
  if (typeof first === "number") {
    return { kind: "response", status: first, headers: second, body, bodyTruncated, retryAfterS };
  }
  const fault = networkFaults.find((name) => name === first);
  invariant(fault !== undefined, `${first} is a fault`);
  return { kind: "fault", fault, message: second };
};

// biome-ignore lint/suspicious/noExplicitAny: reads back what packAttempt wrote.
const unmetOf = ([, , , , , test, expected, actual]: any[]): UnmetTest | null =>
  test === undefined ? null : { test, expected, actual };
