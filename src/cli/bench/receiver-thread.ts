/**
 * The partner of `carom bench`, in a thread of its own: answers every request alike, and checks off the
 * number that each carries as `n=`. It reads sockets without an HTTP parser, so as not to be the limit.
 */
import { createServer } from "node:net";
import { parentPort, workerData } from "node:worker_threads";
import { distinctAt, doubledAt, type HeardMemory } from "./heard-numbers.ts";

const { heardAt, counts }: HeardMemory = workerData;
const answer = Buffer.from("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
const endOfHead = Buffer.from("\r\n\r\n");

const hear = (head: string): void => {
  const number = Number(/[?&]n=(\d+)/.exec(head)?.[1]);
  if (!(number < heardAt.length)) return;
  if (heardAt[number] === 0) {
    heardAt[number] = performance.timeOrigin + performance.now();
    Atomics.add(counts, distinctAt, 1);
  } else Atomics.add(counts, doubledAt, 1);
};

const server = createServer({ noDelay: true }, (socket) => {
  let rest: Buffer = Buffer.alloc(0);
  socket.on("data", (chunk: Buffer) => {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let from = 0;
    for (let end = bytes.indexOf(endOfHead); end !== -1; end = bytes.indexOf(endOfHead, from)) {
      hear(bytes.toString("latin1", from, end));
      socket.write(answer);
      from = end + endOfHead.length;
    }
    rest = bytes.subarray(from);
  });
  // The server under test closes connections as it likes.
  socket.on("error", () => socket.destroy());
});
server.listen(0, "127.0.0.1", () => parentPort?.postMessage(server.address()));
