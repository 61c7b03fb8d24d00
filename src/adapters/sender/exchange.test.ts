import assert from "node:assert/strict";
import { test } from "node:test";
import { queryObjects } from "node:v8";
import { gzipSync } from "node:zlib";
import type { Exchange } from "#src/core/postbacks/attempt.ts";
import { type Carrier, ExchangeInFlight } from "./exchange.ts";
import type { ThreadOrder } from "./message-codec.ts";
import { readResponseHead } from "./response-head.ts";

const anOrder: ThreadOrder = {
  ticket: 1,
  startedAt: 0,
  handedOverAt: 0,
  timeoutMs: 1_000,
  bodyNeeded: false,
  request: { method: "GET", url: "http://localhost/", headers: [], body: null },
};
const longAfter = anOrder.timeoutMs + 1;

/** One whose request is on the wire, with what came of it and how often its connection was closed. */
const sentExchange = (order: ThreadOrder = anOrder) => {
  const answers: Exchange["answer"][] = [];
  const ended = Promise.withResolvers<void>();
  let closed = 0;
  const carrier: Carrier = {
    connection: null,
    close: () => {
      closed += 1;
    },
  };
  const exchange = new ExchangeInFlight(order, {
    now: () => 0,
    end: (_ended, { answer }) => {
      answers.push(answer);
      ended.resolve();
    },
  });
  exchange.carrier = carrier;
  exchange.sent();
  return { exchange, answers, ended: ended.promise, closed: () => closed };
};

test("one whose answer is being decoded closes nothing at its deadline: another has its connection by then", async () => {
  const { exchange, answers, ended, closed } = sentExchange();
  exchange.onHead(readResponseHead("HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ntransfer-encoding: chunked"));
  exchange.onBody(gzipSync("fine"));
  exchange.onEnd();
  exchange.check(longAfter);
  assert.equal(answers.length, 0, "decoding is still under way");
  await ended;
  exchange.check(longAfter);
  assert.equal(closed(), 0);
  assert.deepEqual(
    answers.map((answer) => answer.kind === "response" && answer.body),
    ["fine"],
  );
});

test("one that has no answer at its deadline closes its connection, once", () => {
  const { exchange, answers, closed } = sentExchange();
  exchange.check(anOrder.timeoutMs - 1);
  assert.equal(closed(), 0);
  exchange.check(longAfter);
  exchange.check(longAfter);
  assert.equal(closed(), 1);
  assert.deepEqual(
    answers.map((answer) => answer.kind === "fault" && answer.fault),
    ["headers_timeout"],
  );
});

test("a body in pieces of one byte is kept in one buffer, no longer than what is kept", () => {
  for (const [bodyNeeded, bytesKept] of [
    [false, 4 * 1024],
    [true, 256 * 1024],
  ] as const) {
    const { exchange, answers } = sentExchange({ ...anOrder, bodyNeeded });
    exchange.onHead(readResponseHead("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked"));
    const before = queryObjects(Uint8Array, { format: "count" });
    for (let count = 0; count < 256 * 1024; count += 1) exchange.onBody(Buffer.from("x"));
    const held = queryObjects(Uint8Array, { format: "count" }) - before;
    // Of a piece and of what has grown, and some of Node's own.
    assert.ok(held < 20, `${held} buffers for ${bytesKept} bytes`);
    exchange.onEnd();
    const [answer] = answers;
    assert.ok(answer?.kind === "response");
    assert.deepEqual([answer.body, answer.bodyTruncated], ["x".repeat(4 * 1024), true]);
  }
});
