import assert from "node:assert/strict";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { test } from "node:test";
import { buildConnector } from "undici";
import type { Exchange } from "#src/core/postbacks/attempt.ts";
import { ExchangeInFlight } from "./exchange.ts";
import { monotonicMs } from "./monotonic-time.ts";
import { ReceiverConnection } from "./receiver-connection.ts";
import { requestBytes } from "./request-bytes.ts";

const host = "127.0.0.1";
const request = requestBytes({ method: "GET", host, path: "/", headers: [], body: null });

/** An exchange, and what comes of it. */
const anExchange = () => {
  const answered = Promise.withResolvers<Exchange["answer"]>();
  const exchange = new ExchangeInFlight(
    {
      ticket: 1,
      startedAt: 0,
      handedOverAt: monotonicMs(),
      timeoutMs: 5_000,
      bodyNeeded: false,
      request: { method: "GET", url: `http://${host}/`, headers: [], body: null },
    },
    { now: monotonicMs, end: (_ended, { answer }) => answered.resolve(answer) },
  );
  return { exchange, answer: answered.promise };
};

test("what is under way on a connection that is closed is told", { timeout: 10_000 }, async () => {
  const asked = Promise.withResolvers<Socket>();
  const server = createServer((socket) => {
    socket.unref();
    socket.on("error", () => {});
    socket.on("data", () => asked.resolve(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  server.unref();
  const { port } = server.address() as AddressInfo;
  const connector = buildConnector({ allowH2: false });
  const { exchange, answer } = anExchange();
  const unsent: unknown[] = [];
  const connection = new ReceiverConnection(
    { protocol: "http:", host: `${host}:${port}`, hostname: host, port: String(port) },
    () => connector,
    {
      first: { request, exchange },
      onFree: () => assert.fail("it was never free"),
      onGone: (_connection, given) => unsent.push(given),
    },
  );
  const socket = await asked.promise;
  connection.close();
  assert.ok(exchange.isEnded, "told at once");
  assert.deepEqual(await answer, { kind: "fault", fault: "reset", message: "the connection was closed" });
  // It was written, so it does not go out again over another connection of itself.
  assert.deepEqual(unsent, [null]);
  socket.destroy();
  server.close();
});
