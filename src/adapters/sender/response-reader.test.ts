import assert from "node:assert/strict";
import { request } from "node:http";
import { Duplex } from "node:stream";
import { test } from "node:test";
import fc from "fast-check";
import { ResponseReader } from "./response-reader.ts";
import { SenderFault } from "./sender-fault.ts";

type Heard =
  | { readonly kind: "answer"; readonly status: number; readonly headers: readonly string[]; readonly body: string }
  | { readonly kind: "none" };

/** What the reader makes of these bytes, cut into these pieces, when the receiver then closes. */
const readWhole = (pieces: readonly Buffer[]): Heard => {
  const reader = new ResponseReader();
  const bodies: Buffer[] = [];
  let head = { status: 0, headers: [] as readonly string[] };
  reader.expect({
    onHead: (given) => {
      head = given;
    },
    onBody: (bytes) => bodies.push(Buffer.from(bytes)),
  });
  const answer = (): Heard => ({
    kind: "answer",
    status: head.status,
    headers: head.headers,
    body: Buffer.concat(bodies).toString("latin1"),
  });
  try {
    for (const piece of pieces) if (reader.read(piece) !== "more") return answer();
  } catch (error) {
    assert.ok(error instanceof SenderFault && error.fault === "bad_response", String(error));
    return { kind: "none" };
  }
  return reader.endsByClose ? answer() : { kind: "none" };
};

/** What Node's own client makes of them, whose parser is llhttp. */
const readByNode = (bytes: Buffer): Promise<Heard> =>
  new Promise((resolve) => {
    const socket = new Duplex({
      read: () => {},
      write: (_chunk, _encoding, done) => {
        done();
        socket.push(bytes);
        socket.push(null);
      },
    });
    let isWhole = (): boolean => false;
    const asked = request({ createConnection: () => socket, method: "GET" }, (response) => {
      isWhole = () => response.complete;
      const bodies: Buffer[] = [];
      response.on("data", (chunk: Buffer) => bodies.push(chunk));
      response.on("error", () => resolve({ kind: "none" }));
      response.on("end", () =>
        resolve({
          kind: "answer",
          status: response.statusCode ?? 0,
          headers: response.rawHeaders.map((part, at) =>
            at % 2 === 0 ? part.toLowerCase() : Buffer.from(part, "latin1").toString("utf8"),
          ),
          body: Buffer.concat(bodies).toString("latin1"),
        }),
      );
    });
    // What comes behind a whole answer is an error of the connection, and none of the answer.
    asked.on("error", () => {
      if (!isWhole()) resolve({ kind: "none" });
    });
    asked.on("upgrade", () => resolve({ kind: "none" }));
    asked.end();
  });

const cutAt = (bytes: Buffer, places: readonly number[]): readonly Buffer[] => {
  const cuts = [...new Set(places.map((place) => place % bytes.length))].toSorted((one, other) => one - other);
  return [0, ...cuts]
    .map((from, at) => bytes.subarray(from, cuts[at] ?? bytes.length))
    .filter(({ length }) => length > 0);
};

const statusLine = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.constantFrom("HTTP/1.1 200 OK", "HTTP/1.0 404 Not Found", "HTTP/1.1 204", "HTTP/1.1 304 Same"),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      "HTTP/1.1 200",
      "HTTP/1.1 200 ",
      "HTTP/1.1 2000 OK",
      "HTTP/1.1 20 OK",
      "HTTP/1.1  200 OK",
      "HTTP/2.0 200 OK",
      "HTTP/1.1 200\tOK",
      "http/1.1 200 OK",
      "GET / HTTP/1.1",
      "HTTP/1.1 200 O\u0000K",
      "HTTP/1.1 200 d\u00fcnn",
    ),
  },
);

const header = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.constantFrom(
      "server: x",
      "x-empty:",
      "X-Two:  words of it \t",
      "connection: close",
      "connection: keep-alive, x",
      "x-high: d\u00fc\u00ff",
    ),
  },
  {
    weight: 5,
    arbitrary: fc.constantFrom(
      "content-length: 0",
      "content-length: 4",
      "Content-Length: 9 ",
      "transfer-encoding: chunked",
      "Transfer-Encoding: gzip, chunked",
      "transfer-encoding: gzip",
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      "content-length: +4",
      "content-length: 4,4",
      "content-length: 0x4",
      "content-length:",
      "transfer-encoding: chunked, gzip",
      "no colon",
      "name : value",
      " folded",
      ": no name",
      "na me: value",
      "x-null: a\u0000b",
      "x-bell: a\u0007b",
      "x-return: a\rb",
      "x-newline: a\nb",
    ),
  },
);

const body = fc.oneof(
  fc.constantFrom("", "fine", "fine, and more"),
  fc.constantFrom(
    "4\r\nfine\r\n0\r\n\r\n",
    "4;name=value\r\nfine\r\n2\r\nly\r\n0\r\nx-behind: it\r\n\r\n",
    "A\r\n0123456789\r\n0\r\n\r\n",
    "4\r\nfine\r\n",
    "4\r\nfinely\r\n0\r\n\r\n",
    "zz\r\nfine\r\n0\r\n\r\n",
    "-4\r\nfine\r\n0\r\n\r\n",
    "\r\n4\r\nfine\r\n0\r\n\r\n",
    "4\nfine\n0\n\n",
    "0\r\nno trailer\r\n\r\n",
  ),
);

const anyAnswer = fc
  .record({
    statusLine,
    headers: fc.array(header, { maxLength: 4 }),
    lineEnd: fc.oneof({ weight: 20, arbitrary: fc.constant("\r\n") }, { weight: 1, arbitrary: fc.constant("\n") }),
    body,
  })
  .map(({ statusLine: first, headers, lineEnd, body: rest }) =>
    Buffer.from(`${[first, ...headers].join(lineEnd)}${lineEnd}${lineEnd}${rest}`, "latin1"),
  );

test("whatever is said, and however it comes in pieces, is understood as llhttp understands it", async () => {
  await fc.assert(
    fc.asyncProperty(anyAnswer, fc.array(fc.nat(400), { maxLength: 6 }), async (bytes, cuts) => {
      const heard = readWhole(cutAt(bytes, cuts));
      const byNode = await readByNode(bytes);
      assert.deepEqual(heard, byNode);
    }),
    { numRuns: 2_000 },
  );
});

test("the next answer is read from where the last one ended, whether its head is the same or not", () => {
  const reader = new ResponseReader();
  const heard: unknown[] = [];
  const hear = (text: string): void => {
    reader.expect({
      onHead: ({ status, headers }) => heard.push([status, ...headers]),
      onBody: (bytes) => heard.push(bytes.toString()),
    });
    heard.push(reader.read(Buffer.from(text)));
  };
  hear("HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\none");
  hear("HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\ntwo");
  hear("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nthree");
  hear("HTTP/1.1 204 No\r\n\r\n");
  assert.deepEqual(heard, [
    ...[[200, "content-length", "3"], "one", "whole"],
    ...[[200, "content-length", "3"], "two", "whole"],
    ...[[200, "content-length", "5"], "three", "whole"],
    ...[[204], "whole"],
  ]);
});

test("what comes behind an answer, and an answer that nobody asked for, is told as such", () => {
  const reader = new ResponseReader();
  const answer = Buffer.from("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
  assert.equal(reader.read(answer), "surplus");
  reader.expect({ onHead: () => {}, onBody: () => {} });
  assert.equal(reader.read(Buffer.concat([answer, answer])), "surplus");
});

test("a head, a line and a trailer have a length at which they are no longer waited for", () => {
  const long = "y".repeat(20_000);
  const heads = [
    `HTTP/1.1 200 OK\r\nx-long: ${long}`,
    `HTTP/1.1 200 OK\r\nx-long: ${long}\r\n\r\n`,
    `HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4;${long}`,
    `HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n${`x-more: ${"y".repeat(1_000)}\r\n`.repeat(20)}`,
  ];
  for (const text of heads) assert.deepEqual(readWhole([Buffer.from(text)]), { kind: "none" }, text.slice(0, 60));
});

test("a head that comes byte by byte is not read from its beginning for each of them", (t) => {
  const head = Buffer.from(`HTTP/1.1 200 OK\r\n${"x-more: of the same\r\n".repeat(700)}content-length: 4\r\n\r\nfine`);
  const pieces = Array.from(head, (_, at) => head.subarray(at, at + 1));
  let characters = 0;
  const readText = Buffer.prototype.toString;
  t.mock.method(Buffer.prototype, "toString", function (this: Buffer, ...given: Parameters<typeof readText>) {
    const text = readText.apply(this, given);
    characters += text.length;
    return text;
  });
  let copied = 0;
  const { concat } = Buffer;
  t.mock.method(Buffer, "concat", (...given: Parameters<typeof concat>) => {
    const bytes = concat(...given);
    copied += bytes.length;
    return bytes;
  });
  const heard = readWhole(pieces);
  assert.ok(heard.kind === "answer" && heard.body === "fine");
  assert.ok(characters + copied < 2 * head.length, `${characters} characters and ${copied} bytes of ${head.length}`);
});

test("who does not speak HTTP is refused at once, also where it comes byte by byte", () => {
  for (const text of ["HTTQ", "HTTP/1.1 200 OK\n", "\n", "HTTP/1.1 200 OK\r\nx-a: 1\n"]) {
    const bytes = Buffer.from(text);
    const reader = new ResponseReader();
    reader.expect({ onHead: () => {}, onBody: () => {} });
    for (let at = 0; at < bytes.length - 1; at += 1)
      assert.equal(reader.read(bytes.subarray(at, at + 1)), "more", text);
    assert.throws(() => reader.read(bytes.subarray(-1)), SenderFault, text);
  }
});
