import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import { type AddressInfo, createServer as createTcpServer, type Socket } from "node:net";
import { after, test } from "node:test";
import { buildConnector } from "undici";
import type { Exchange } from "#src/core/postbacks/attempt.ts";
import { ExchangeInFlight } from "./exchange.ts";
import type { ThreadOrder } from "./message-codec.ts";
import { monotonicMs } from "./monotonic-time.ts";
import { OriginLine } from "./origin-line.ts";
import { requestBytes } from "./request-bytes.ts";

const servers: Server[] = [];
after(() => {
  for (const server of servers) server.close().closeAllConnections();
});

/** A receiver that answers the path it was asked for, and counts its connections. */
const startReceiver = async ({ closes }: { readonly closes: boolean }) => {
  let connections = 0;
  const server = createServer((request, response) => {
    response.writeHead(200, closes ? { connection: "close" } : {}).end(request.url);
  });
  server.on("connection", () => {
    connections += 1;
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return { origin: `http://127.0.0.1:${port}`, connections: () => connections };
};

const openLine = (origin: string, connectionsMax: number, onUnused = (): void => {}): OriginLine => {
  const connector = buildConnector({ allowH2: false });
  const connect = () => connector;
  return new OriginLine({ origin, connectionsMax, connect, onUnused });
};

/** Sends, and resolves with what came of it. */
const ask = (line: OriginLine, path: string): Promise<Exchange["answer"]> =>
  new Promise((resolve) => {
    const order: ThreadOrder = {
      ticket: 1,
      startedAt: 0,
      handedOverAt: monotonicMs(),
      timeoutMs: 5_000,
      bodyNeeded: false,
      request: { method: "GET", url: `http://localhost${path}`, headers: [], body: null },
    };
    const end = (_ended: ExchangeInFlight, { answer }: Exchange): void => resolve(answer);
    const exchange = new ExchangeInFlight(order, { now: monotonicMs, end });
    line.dispatch({
      request: requestBytes({ method: "GET", host: line.host, path, headers: [], body: null }),
      exchange,
    });
  });

const bodyOf = (answer: Exchange["answer"]): string =>
  answer.kind === "response" ? answer.body : `${answer.fault}: ${answer.message}`;

test("what waits goes out over the one connection in its order", async () => {
  const receiver = await startReceiver({ closes: false });
  const line = openLine(receiver.origin, 1);
  const paths = ["/1", "/2", "/3", "/4", "/5"];
  const answers = await Promise.all(paths.map((path) => ask(line, path)));
  assert.deepEqual(answers.map(bodyOf), paths);
  assert.equal(receiver.connections(), 1);
});

test("a receiver that closes after each answer is connected to again for what waits", async () => {
  const receiver = await startReceiver({ closes: true });
  const line = openLine(receiver.origin, 2);
  const paths = Array.from({ length: 9 }, (_, number) => `/${number}`);
  const answers = await Promise.all(paths.map((path) => ask(line, path)));
  assert.deepEqual(answers.map(bodyOf), paths);
  assert.equal(receiver.connections(), paths.length);
});

test("a line is told unused when its last connection has gone, and not while something waits", async () => {
  const receiver = await startReceiver({ closes: true });
  let heard = 0;
  let unusedAfter: number | null = null;
  await new Promise<void>((resolve) => {
    // What is told in the same turn counts as told before.
    const line = openLine(receiver.origin, 1, () =>
      setImmediate(() => {
        unusedAfter = heard;
        resolve();
      }),
    );
    for (const path of ["/1", "/2", "/3"])
      void ask(line, path).then(() => {
        heard += 1;
      });
  });
  assert.equal(unusedAfter, 3);
});

test("an origin where nobody listens answers everything that waits, and leaves no client", async () => {
  const gone = await startReceiver({ closes: false });
  await new Promise((resolve) => servers.pop()?.close(resolve));
  let unused = 0;
  const line = openLine(gone.origin, 2, () => {
    unused += 1;
  });
  const answers = await Promise.all(["/1", "/2", "/3", "/4"].map((path) => ask(line, path)));
  assert.ok(answers.every((answer) => answer.kind === "fault"));
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(unused, 1);
});

test("a connection on which a receiver says what nobody asked is ended, and the next request goes over another", async () => {
  const answer = (body: string): string => `HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
  let connections = 0;
  const ended = Promise.withResolvers<void>();
  const said: Socket[] = [];
  const server = createTcpServer((socket) => {
    connections += 1;
    const number = connections;
    socket.on("error", () => {});
    socket.on("close", () => ended.resolve());
    socket.on("data", () => socket.write(answer(`by ${number}`)));
    said.push(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const line = openLine(`http://127.0.0.1:${port}`, 2);
  assert.equal(bodyOf(await ask(line, "/1")), "by 1");
  assert.equal(bodyOf(await ask(line, "/2")), "by 1");
  said[0]?.write(answer("meant for another"));
  await ended.promise;
  assert.equal(bodyOf(await ask(line, "/3")), "by 2");
  for (const socket of said) socket.destroy();
  server.close();
});
