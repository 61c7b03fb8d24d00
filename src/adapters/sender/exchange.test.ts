import assert from "node:assert/strict";
import { test } from "node:test";
import { queryObjects } from "node:v8";
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import type { Exchange, TestedBody } from "#src/core/postbacks/attempt.ts";
import { retryPolicies } from "#src/core/postbacks/retry-policies.ts";
import { judgeExchange } from "#src/core/postbacks/success-test.ts";
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

/** How a test of a body that may not hold `error` judges these pieces of an answer. */
const judged = async (encoding: string, wire: Buffer) => {
  const ended = Promise.withResolvers<{ readonly exchange: Exchange; readonly testedBody: TestedBody | null }>();
  const exchange = new ExchangeInFlight(
    { ...anOrder, bodyNeeded: true },
    { now: () => 0, end: (_ended, heard, testedBody) => ended.resolve({ exchange: heard, testedBody }) },
  );
  exchange.carrier = { connection: null, close: () => {} };
  exchange.sent();
  exchange.onHead(readResponseHead(`HTTP/1.1 200 OK\r\ncontent-encoding: ${encoding}\r\ntransfer-encoding: chunked`));
  for (let at = 0; at < wire.length; at += 16_384) exchange.onBody(wire.subarray(at, at + 16_384));
  exchange.onEnd();
  const { exchange: heard, testedBody } = await ended.promise;
  const test = { kind: "not_contains", text: "error", ignoresCase: false } as const;
  const what = testedBody === null ? { exchange: heard } : { exchange: heard, testedBody };
  const { outcome } = judgeExchange(what, { statuses: [[200, 200]], body: test }, retryPolicies.carom);
  return { outcome, text: heard.answer.kind === "response" ? heard.answer.body : null };
};

test("an encoded body that ends early is not known to lack what may not be in it, in any encoding", async () => {
  const body = "fine, all of it, and at the very end of it an error";
  const encodings = [
    ["gzip", gzipSync(body)],
    ["deflate", deflateSync(body)],
    ["deflate", deflateRawSync(body)],
    ["br", brotliCompressSync(body)],
  ] as const;
  for (const [encoding, whole] of encodings) {
    assert.deepEqual(await judged(encoding, whole), { outcome: "permanent", text: body });
    for (let bytes = 1; bytes < whole.length; bytes += 1) {
      const { outcome, text } = await judged(encoding, whole.subarray(0, bytes));
      assert.equal(outcome, "permanent", `${encoding}, ${bytes} bytes`);
      assert.ok(body.startsWith(text ?? "missing"), `${encoding}, ${bytes} bytes: ${text}`);
    }
  }
  assert.deepEqual(await judged("gzip", gzipSync("fine")), { outcome: "delivered", text: "fine" });
});

test("of an encoded body that is longer than what is read the rest is not known, though its text be short", async () => {
  // A member whose head holds a name of 300,000 bytes says nothing itself.
  const named = gzipSync("");
  named[3] = 8;
  const padding = Buffer.concat([named.subarray(0, 10), Buffer.alloc(300_000, "n"), Buffer.of(0), named.subarray(10)]);
  assert.deepEqual(await judged("gzip", Buffer.concat([gzipSync("fine "), gzipSync("fine")])), {
    outcome: "delivered",
    text: "fine fine",
  });
  const { outcome } = await judged("gzip", Buffer.concat([gzipSync("fine "), padding, gzipSync("error")]));
  assert.equal(outcome, "permanent");
});
