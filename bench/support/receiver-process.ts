/**
 * The receiver of a benchmark, a process of its own: answers every request with the same bytes, and
 * checks off the number that each one carries as `n=`. It reads sockets itself, without an HTTP
 * parser, so that it is not what limits a run; its share of a core is in the results.
 */
import { createServer } from "node:net";
import { percentile } from "./statistics.ts";

const answer = Buffer.from("HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-type: text/plain\r\n\r\nok");
const endOfHead = Buffer.from("\r\n\r\n");
const numberMark = Buffer.from("n=");
const sentMark = Buffer.from("&t=");

let heard = 0;
let distinct = 0;
let expected = 0;
/** The number that the run begins with; those of runs before are below it. */
let first = 0;
let seen = new Uint8Array(0);
let doubled = 0;
let late = 0;
/** Of so many first numbers no latency is taken: who sends them is not warm yet. */
let cold = 0;
let firstAt = 0;
let lastAt = 0;
let latenciesUs: number[] = [];
let cpuUsBefore = 0;
let busyUs = 0;

const nowUs = (): number => Math.round((performance.timeOrigin + performance.now()) * 1000);

const cpuUs = (): number => process.cpuUsage().user + process.cpuUsage().system;

const readDigits = (bytes: Buffer, from: number): number => {
  let value = 0;
  for (let at = from; at < bytes.length; at += 1) {
    const digit = (bytes[at] ?? 0) - 48;
    if (digit < 0 || digit > 9) break;
    value = value * 10 + digit;
  }
  return value;
};

const hear = (bytes: Buffer, from: number, to: number): void => {
  if (heard === 0) firstAt = nowUs();
  heard += 1;
  const mark = bytes.indexOf(numberMark, from);
  let number = 0;
  if (mark !== -1 && mark < to) {
    number = readDigits(bytes, mark + 2) - first;
    if (number < 0) late += 1;
    else if (seen[number] === 1) doubled += 1;
    else if (number < seen.length) {
      seen[number] = 1;
      distinct += 1;
      if (distinct === expected) endOfRun();
    }
  }
  const sent = bytes.indexOf(sentMark, from);
  if (sent !== -1 && sent < to && number >= cold) latenciesUs.push(nowUs() - readDigits(bytes, sent + 3));
};

const endOfRun = (): void => {
  lastAt = nowUs();
  busyUs = cpuUs() - cpuUsBefore;
  process.send?.({ kind: "all_heard" });
};

const server = createServer({ noDelay: true }, (socket) => {
  let rest: Buffer | null = null;
  socket.on("data", (chunk: Buffer) => {
    const bytes = rest === null ? chunk : Buffer.concat([rest, chunk]);
    let from = 0;
    let answers = 0;
    for (;;) {
      const end = bytes.indexOf(endOfHead, from);
      if (end === -1) break;
      hear(bytes, from, end);
      from = end + 4;
      answers += 1;
    }
    rest = from < bytes.length ? bytes.subarray(from) : null;
    if (answers === 1) socket.write(answer);
    else if (answers > 1) socket.write(Buffer.concat(Array.from({ length: answers }, () => answer)));
  });
  socket.on("error", () => socket.destroy());
});

type Message =
  | {
      readonly kind: "expect";
      readonly count: number;
      readonly first: number;
      readonly numbers: number;
      readonly cold: number;
    }
  | { readonly kind: "report" };

process.on("message", (message: Message) => {
  if (message.kind === "expect") {
    heard = 0;
    distinct = 0;
    doubled = 0;
    late = 0;
    first = message.first;
    cold = message.cold;
    expected = message.count;
    seen = new Uint8Array(message.numbers);
    latenciesUs = [];
    cpuUsBefore = cpuUs();
    process.send?.({ kind: "expecting" });
    return;
  }
  process.send?.({
    kind: "report",
    heard,
    distinct,
    doubled,
    late,
    firstAt,
    lastAt,
    latencyUs: {
      p50: percentile(latenciesUs, 0.5),
      p99: percentile(latenciesUs, 0.99),
      max: percentile(latenciesUs, 1),
    },
    busyUs,
  });
});

server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  process.send?.({ kind: "listening", port: address !== null && typeof address === "object" ? address.port : 0 });
});
