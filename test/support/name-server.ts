import { createSocket } from "node:dgram";
import { once } from "node:events";
import { isIPv6 } from "node:net";

/** What a name server says of a name: its addresses, or how it fails. `silent` never answers. */
export type NameAnswer =
  | { readonly addresses: readonly string[]; readonly ttlS?: number }
  | "no_such_name"
  | "server_failure"
  | "refused"
  | "silent";

export type NameServer = {
  /** `127.0.0.1:<port>`, as a setting of the sender. */
  readonly address: string;
  /** Questions heard: `A name` and `AAAA name`, oldest first. */
  readonly asked: readonly string[];
  readonly close: () => Promise<void>;
};

/** A name server on a UDP port of this machine. The root (``) is asked for too, by whoever wants to know that it lives. */
export const startNameServer = async (answerOf: (name: string) => NameAnswer): Promise<NameServer> => {
  const socket = createSocket("udp4");
  const asked: string[] = [];
  socket.on("message", (query, from) => {
    const { name, type, end } = questionOf(query);
    asked.push(`${typeNames[type] ?? type} ${name}`);
    const answer = answerOf(name);
    if (answer === "silent") return;
    socket.send(responseTo({ query, end, type, answer }), from.port, from.address);
  });
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  return {
    address: `127.0.0.1:${socket.address().port}`,
    asked,
    close: async () => {
      socket.close();
      await once(socket, "close");
    },
  };
};

const typeA = 1;
const typeAaaa = 28;
const typeNames: Readonly<Record<number, string>> = { 1: "A", 2: "NS", 28: "AAAA" };
const headerBytes = 12;

/** RFC 1035 4.1.2: labels, each with its length before it, then type and class. */
const questionOf = (query: Buffer): { readonly name: string; readonly type: number; readonly end: number } => {
  const labels: string[] = [];
  let at = headerBytes;
  for (let length = query.readUInt8(at); length > 0; length = query.readUInt8(at)) {
    labels.push(query.toString("latin1", at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join(".").toLowerCase(), type: query.readUInt16BE(at + 1), end: at + 5 };
};

const responseTo = (asked: {
  readonly query: Buffer;
  readonly end: number;
  readonly type: number;
  readonly answer: Exclude<NameAnswer, "silent">;
}): Buffer => {
  const { query, end, type, answer } = asked;
  const records = typeof answer === "string" ? [] : recordsOf(answer, type);
  const header = Buffer.alloc(headerBytes);
  header.writeUInt16BE(query.readUInt16BE(0), 0);
  // An answer, recursion available, and how it went.
  header.writeUInt16BE(0x8180 | codeOf(answer), 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(records.length, 6);
  return Buffer.concat([header, query.subarray(headerBytes, end), ...records]);
};

const codeOf = (answer: Exclude<NameAnswer, "silent">): number => {
  switch (answer) {
    case "server_failure":
      return 2;
    case "no_such_name":
      return 3;
    case "refused":
      return 5;
    default:
      return 0;
  }
};

const recordsOf = (answer: { readonly addresses: readonly string[]; readonly ttlS?: number }, type: number): Buffer[] =>
  answer.addresses
    .filter((address) => (isIPv6(address) ? type === typeAaaa : type === typeA))
    .map((address) => {
      const data = bytesOf(address);
      const record = Buffer.alloc(12);
      // The name is the one that was asked for, by a pointer to the question.
      record.writeUInt16BE(0xc000 | headerBytes, 0);
      record.writeUInt16BE(type, 2);
      record.writeUInt16BE(1, 4);
      record.writeUInt32BE(answer.ttlS ?? 60, 6);
      record.writeUInt16BE(data.length, 10);
      return Buffer.concat([record, data]);
    });

const bytesOf = (address: string): Buffer => {
  if (!isIPv6(address)) return Buffer.from(address.split(".").map(Number));
  const [head = "", tail = ""] = address.split("::");
  const groups = (text: string): number[] =>
    text === "" ? [] : text.split(":").map((group) => Number.parseInt(group, 16));
  const [first, last] = [groups(head), groups(tail)];
  const all = [...first, ...Array<number>(8 - first.length - last.length).fill(0), ...last];
  return Buffer.from(all.flatMap((group) => [group >> 8, group & 0xff]));
};
