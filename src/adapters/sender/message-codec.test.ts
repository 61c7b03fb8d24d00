import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { receiverId, secretName } from "#src/core/ids.ts";
import { type Exchange, networkFaults } from "#src/core/postbacks/attempt.ts";
import { httpMethods } from "#src/core/postbacks/postback.ts";
import type { SendOrder, SendResult } from "#src/ports/sender.ts";
import {
  addOrder,
  addResult,
  decodeFromThread,
  decodeToThread,
  encodeSecrets,
  newOrders,
  newResults,
  readyMessage,
} from "./message-codec.ts";

const texts = fc.array(fc.string({ unit: "binary" }), { maxLength: 6 });
const milliseconds = fc.double({ min: 0, max: 1e7, noNaN: true });

const orders: fc.Arbitrary<SendOrder> = fc.record({
  ticket: fc.nat(),
  receiverId: fc.constant(receiverId("integration:app:partner")),
  request: fc.record({
    method: fc.constantFrom(...httpMethods),
    url: fc.string({ unit: "binary" }),
    headers: texts,
    body: fc.option(fc.string({ unit: "binary" })),
  }),
  headers: texts,
  timeoutMs: fc.nat(),
  bodyNeeded: fc.boolean(),
});

const answers: fc.Arbitrary<Exchange["answer"]> = fc.oneof(
  fc.record({
    kind: fc.constant("response" as const),
    status: fc.integer({ min: 200, max: 999 }),
    headers: texts,
    body: fc.string({ unit: "binary" }),
    bodyTruncated: fc.boolean(),
    retryAfterS: fc.option(fc.nat()),
  }),
  fc.record({ kind: fc.constant("fault" as const), fault: fc.constantFrom(...networkFaults), message: fc.string() }),
);

const answeredResults = fc.record({
  ticket: fc.nat(),
  exchange: fc.record({
    startedAt: fc.nat(),
    durationMs: milliseconds,
    phases: fc.record({
      lookupMs: fc.option(milliseconds),
      connectMs: fc.option(milliseconds),
      firstByteMs: fc.option(milliseconds),
    }),
    answer: answers,
    remoteAddress: fc.option(fc.ipV4()),
  }),
});

const testedBodies = fc.record({ text: fc.string({ unit: "binary" }), isCut: fc.boolean() });
const results: fc.Arbitrary<SendResult> = fc
  .tuple(answeredResults, fc.option(testedBodies))
  .map(([result, testedBody]) =>
    testedBody === null || result.exchange.answer.kind === "fault" ? result : { ...result, testedBody },
  );

test("orders arrive as they were given, the headers of request and attempt in one list", () => {
  fc.assert(
    fc.property(fc.array(orders), fc.nat(), (given, startedAt) => {
      const message = newOrders(17.5);
      for (const order of given) addOrder(message, order, startedAt);
      assert.deepEqual(decodeToThread(structuredClone(message)), {
        kind: "orders",
        orders: given.map(({ ticket, request, headers, timeoutMs, bodyNeeded }) => ({
          ticket,
          startedAt,
          handedOverAt: 17.5,
          timeoutMs,
          bodyNeeded,
          request: { ...request, headers: [...request.headers, ...headers] },
        })),
      });
    }),
  );
});

test("results arrive as they were told", () => {
  fc.assert(
    fc.property(fc.array(results), (told) => {
      const message = newResults();
      for (const result of told) addResult(message, result);
      assert.deepEqual(decodeFromThread(structuredClone(message)), { kind: "results", results: structuredClone(told) });
    }),
  );
});

test("secrets and readiness arrive", () => {
  const secrets = new Map([[secretName("a"), "b"]]);
  assert.deepEqual(decodeToThread(encodeSecrets(secrets)), { kind: "secrets", secrets });
  assert.deepEqual(decodeFromThread(readyMessage), { kind: "ready" });
});

test("a message that is not in the form is a bug, and is not taken for another", () => {
  for (const message of [null, {}, [], ["1"], [9], [1, "now"], [1, 0, 1]]) assert.throws(() => decodeToThread(message));
  for (const message of [null, {}, [], ["3"], [9], [3, 1], [3, 1, 0, 1, null, null, null, null, 0, 999, "x"]]) {
    assert.throws(() => decodeFromThread(message));
  }
});
