import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { invariant } from "#src/core/invariant.ts";

/** A receiver that behaves badly in as many ways as its URLs name. */
export type HostileReceiver = {
  /** The URL that shows this behaviour; a query may be added. */
  readonly url: (behaviour: HostileBehaviour) => string;
  readonly port: number;
  /** Requests that asked for this behaviour. */
  readonly heard: (behaviour: HostileBehaviour) => number;
  /** Connections ever made to it. */
  readonly connections: () => number;
  /** Resolves when at most so many connections are open. */
  readonly whenOpen: (atMost: number) => Promise<void>;
  readonly close: () => Promise<void>;
};

export type HostileBehaviour = keyof typeof behaviours;

/** Raw TCP on 127.0.0.1, since an HTTP library would not misbehave so. `dripEveryMs` is the pause between two bytes of the slow ones. */
export const startHostileReceiver = async (dripEveryMs = 1_000): Promise<HostileReceiver> => {
  const heard = new Map<string, number>();
  const open = new Set<Socket>();
  const waiting: { readonly atMost: number; readonly resolve: () => void }[] = [];
  let connections = 0;

  const server = createServer((socket) => {
    connections++;
    open.add(socket);
    socket.on("close", () => {
      open.delete(socket);
      for (const waiter of waiting) if (open.size <= waiter.atMost) waiter.resolve();
    });
    // Senders break off in the middle of answers; that is what is tested.
    socket.on("error", () => socket.destroy());
    onRequests(socket, (path) => {
      const name = path.replace(/^\//, "").replace(/\?.*/, "");
      invariant(isBehaviour(name), `the hostile receiver knows no behaviour ${name}`);
      heard.set(name, (heard.get(name) ?? 0) + 1);
      behaviours[name](socket, dripEveryMs);
    });
  });
  const port = await listen(server);

  return {
    url: (behaviour) => `http://127.0.0.1:${port}/${behaviour}`,
    port,
    heard: (behaviour) => heard.get(behaviour) ?? 0,
    connections: () => connections,
    whenOpen: (atMost) =>
      new Promise((resolve) => {
        if (open.size <= atMost) resolve();
        else waiting.push({ atMost, resolve });
      }),
    close: async () => {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
};

const isBehaviour = (name: string): name is HostileBehaviour => Object.hasOwn(behaviours, name);

const listen = async (server: Server): Promise<number> => {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  invariant(typeof address === "object" && address !== null, "the receiver listens on a port");
  return address.port;
};

/** Calls back with the path of each whole request; bodies are counted by their Content-Length. */
const onRequests = (socket: Socket, answer: (path: string) => void): void => {
  let received = "";
  socket.on("data", (chunk) => {
    received += chunk.toString("latin1");
    const headEnd = received.indexOf("\r\n\r\n");
    if (headEnd < 0) return;
    const bodyBytes = Number(/^content-length: *(\d+)/im.exec(received.slice(0, headEnd))?.[1] ?? 0);
    if (received.length < headEnd + 4 + bodyBytes) return;
    const [, path = ""] = received.split(" ");
    received = received.slice(headEnd + 4 + bodyBytes);
    answer(path);
  });
};

type Behaviour = (socket: Socket, dripEveryMs: number) => void;

const says =
  (head: string, body: string | Uint8Array = ""): Behaviour =>
  (socket) => {
    const length = `content-length: ${typeof body === "string" ? Buffer.byteLength(body) : body.length}`;
    socket.write(`HTTP/1.1 ${head}\r\n${length}\r\n\r\n`);
    socket.write(body);
  };

const writes =
  (text: string): Behaviour =>
  (socket) =>
    socket.write(text);

const writesAndCloses =
  (text: string): Behaviour =>
  (socket) =>
    socket.end(text);

const drips =
  (start: string, unit: string): Behaviour =>
  (socket, dripEveryMs) => {
    socket.write(start);
    const timer = setInterval(() => socket.write(unit), dripEveryMs);
    socket.on("close", () => clearInterval(timer));
  };

/** Writes as fast as the other side reads, for ever. */
const floods =
  (start: string, unit: Buffer): Behaviour =>
  (socket) => {
    socket.write(start);
    const pour = (): void => {
      while (!socket.destroyed && socket.write(unit));
    };
    socket.on("drain", pour);
    pour();
  };

/** Each byte of the text in a write of its own, as far as the system lets it be one. */
const spells =
  (text: string): Behaviour =>
  (socket) => {
    socket.setNoDelay(true);
    const bytes = Buffer.from(text);
    let at = 0;
    const spell = (): void => {
      if (socket.destroyed || at === bytes.length) return;
      socket.write(bytes.subarray(at, at + 1));
      at += 1;
      setImmediate(spell);
    };
    spell();
  };

const bytesOfBomb = 50 * 1024 * 1024;
const bomb = gzipSync(Buffer.alloc(bytesOfBomb, "x"));
const longText = "a body of some length, said again and again; ".repeat(200);

const behaviours = {
  ok: says("200 OK", "fine"),
  empty: says("204 No Content"),
  not_found: says("404 Not Found\r\ncontent-type: application/json", '{"error":"no such thing"}'),
  unavailable: says("503 Service Unavailable\r\nretry-after: 120"),
  odd_status: says("799 Something"),

  hangs: () => {},
  closes: (socket) => socket.end(),
  resets: (socket) => socket.resetAndDestroy(),
  resets_in_body: (socket) => {
    socket.write("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf", () =>
      setImmediate(() => socket.resetAndDestroy()),
    );
  },
  drips_head: drips("HTTP/1.1 200 OK\r\n", "x"),
  drips_body: drips("HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n", "x"),

  redirects: says("302 Found\r\nlocation: /ok"),
  redirects_inside: says("307 Temporary Redirect\r\nlocation: http://169.254.169.254/latest/meta-data/"),

  length_too_long: writesAndCloses("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nshort"),
  length_too_short: writes("HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nfine, and more than was said"),
  length_twice: writes("HTTP/1.1 200 OK\r\ncontent-length: 4\r\ncontent-length: 5\r\n\r\nfine?"),
  length_negative: writes("HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\nfine"),
  chunk_broken: writes("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\nfine\r\n"),
  chunks_cut: writesAndCloses("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\nfine\r\n"),
  not_http: writes("SSH-2.0-OpenSSH_9.9\r\n\r\n"),
  http_09: writesAndCloses("<html>fine</html>"),
  binary: writes("\u0000\u0001\u0002\u0003\u0016\r\n\r\n"),
  switches_protocol: writes("HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n"),
  says_continue: writes("HTTP/1.1 100 Continue\r\n\r\n"),
  hints_first: writes("HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nfine"),

  hints_forever: floods("", Buffer.from(`HTTP/1.1 103 Early Hints\r\nlink: </${"y".repeat(500)}>\r\n\r\n`)),
  extends_a_chunk: floods("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4;x=", Buffer.alloc(64 * 1024, "y")),

  many_headers: says(`200 OK\r\n${Array.from({ length: 200 }, (_, n) => `x-${n}: ${n}`).join("\r\n")}`, "fine"),
  long_headers: says(
    `200 OK\r\n${Array.from({ length: 10 }, (_, n) => `x-${n}: ${"y".repeat(1_200)}`).join("\r\n")}`,
    "fine",
  ),
  huge_headers: says(`200 OK\r\nx-huge: ${"y".repeat(100_000)}`, "fine"),
  endless_headers: floods("HTTP/1.1 200 OK\r\n", Buffer.from(`x-more: ${"y".repeat(1_000)}\r\n`)),

  long_body: says("200 OK", longText),
  drainable_body: says("200 OK", "d".repeat(200_000)),
  huge_body: says("200 OK", Buffer.alloc(20 * 1024 * 1024, "h")),
  endless_body: floods("HTTP/1.1 200 OK\r\n\r\n", Buffer.alloc(64 * 1024, "e")),
  endless_refusal: floods("HTTP/1.1 410 Gone\r\n\r\n", Buffer.alloc(64 * 1024, "e")),
  until_close: writesAndCloses("HTTP/1.1 200 OK\r\n\r\nfine"),

  gzip: says("200 OK\r\ncontent-encoding: gzip", gzipSync("fine, and packed")),
  brotli: says("200 OK\r\ncontent-encoding: br", brotliCompressSync("fine, and packed")),
  deflate: says("200 OK\r\ncontent-encoding: deflate", deflateSync("fine, and packed")),
  deflate_bare: says("200 OK\r\ncontent-encoding: deflate", deflateRawSync("fine, and packed")),
  gzip_long: says("200 OK\r\ncontent-encoding: gzip", gzipSync(longText)),
  gzip_bomb: says("200 OK\r\ncontent-encoding: gzip", bomb),
  gzip_broken: says("200 OK\r\ncontent-encoding: gzip", "this is not gzip"),
  gzip_unknown: says("200 OK\r\ncontent-encoding: rot13", "svar"),

  spells_its_answer: spells(`HTTP/1.1 200 OK\r\nx-long: ${"y".repeat(2_000)}\r\ncontent-length: 4\r\n\r\nfine`),
  tiny_chunks: writes(`HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n${"1\r\nc\r\n".repeat(100_000)}0\r\n\r\n`),

  cut_character: says("200 OK", `${"a".repeat(4_095)}ü${"b".repeat(100)}`),
} satisfies Record<string, Behaviour>;
