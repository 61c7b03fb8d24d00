import { connect } from "node:net";
import { isErrorCode } from "#src/contract/error-codes.ts";
import type { Dice } from "./dice.ts";
import { mutatedBytes } from "./mutate-json.ts";
import { validEvent } from "./valid-documents.ts";

/** Bytes on a socket that are hardly HTTP, for a server that listens on `port`. */
export const rawRequest = (key: string, dice: Dice): Buffer => {
  const body = JSON.stringify(validEvent(dice));
  const length = dice.pick([
    String(body.length),
    String(body.length + 5),
    String(body.length - 5),
    "-1",
    "0x10",
    "1e3",
    "99999999999999999999",
    "",
    " 5 ",
    "5, 5",
  ]);
  const honest = (): readonly string[] => [`content-length: ${body.length}`, body];
  const framing = dice.hits(0.4)
    ? honest()
    : dice.pick([
        () => [`content-length: ${length}`, body],
        () => [`content-length: ${body.length}\r\ncontent-length: ${length}`, body],
        () => ["transfer-encoding: chunked", chunked(body, dice)],
        () => [`transfer-encoding: chunked\r\ncontent-length: ${length}`, chunked(body, dice)],
        () => [
          dice.pick([
            "transfer-encoding: gzip, chunked",
            "transfer-encoding: chunked, chunked",
            "Transfer-Encoding : chunked",
            "transfer-encoding: xchunked",
          ]),
          body,
        ],
      ])();
  const [framed = "", sent = ""] = framing;
  const head = [
    dice.hits(0.6)
      ? "POST /v1/events HTTP/1.1"
      : dice.pick([
          "POST /v1/events HTTP/1.1",
          "POST /v1/events HTTP/1.0",
          "POST  /v1/events HTTP/1.1",
          "POST /v1/events",
          "PRI * HTTP/2.0",
          "POST http://a.example/v1/events HTTP/1.1",
          "POST /v1/events\u0000 HTTP/1.1",
          "CONNECT a:1 HTTP/1.1",
          "OPTIONS * HTTP/1.1",
          "TRACE / HTTP/1.1",
          "GET /../../etc/passwd HTTP/1.1",
          "POST /v1/events HTTP/9.9",
          "GET /appsflyer/push?app_id=com.example.game&event_name=purchase&event_time=2026-01-14 12:00:00 HTTP/1.1",
          "GET /appsflyer/push?app_id=com.example.game&event_name=\u00e9%ff%zz\u0001 HTTP/1.1",
          "POST /api?action=addPostback&channels=[Push Notification, In-app Message] HTTP/1.1",
          "GET /api?action=listPostbacks&appId=\u00ff%e2%98#fragment HTTP/1.1",
          "POST /inappevent/com.example.game%2f..%2f HTTP/1.1",
          "POST /v1/apps/%2e%2e/rules/import?dry_run=%74rue HTTP/1.1",
        ]),
    ...(dice.hits(0.9) ? [`host: ${dice.hits(0.8) ? "localhost" : dice.pick(["a\u0000b", "", "a, b"])}`] : []),
    `authorization: Bearer ${key}`,
    "content-type: application/json",
    "accept: application/problem+json",
    framed,
    ...(dice.hits(0.3)
      ? [
          dice.pick([
            "x: a\rb",
            "x : y",
            ": empty",
            " folded",
            `x-long: ${"y".repeat(20_000)}`,
            "expect: 100-continue",
            "expect: something",
            "upgrade: websocket\r\nconnection: upgrade",
            "x: \u0000",
          ]),
        ]
      : []),
    "connection: close",
  ].join(dice.hits(0.95) ? "\r\n" : "\n");
  const bytes = Buffer.from(`${head}\r\n\r\n${sent}`, "latin1");
  return dice.hits(0.3) ? mutatedBytes(bytes, dice) : bytes;
};

const chunked = (body: string, dice: Dice): string =>
  dice.pick([
    () => `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`,
    () => `${body.length.toString(16)};ext="${"x".repeat(100)}"\r\n${body}\r\n0\r\ntrailer: a\r\n\r\n`,
    () => `${(body.length + 7).toString(16)}\r\n${body}\r\n0\r\n\r\n`,
    () => `zz\r\n${body}\r\n0\r\n\r\n`,
    () => `-1\r\n${body}\r\n0\r\n\r\n`,
    () => `ffffffffffffffffff\r\n${body}\r\n`,
    () => [...body].map((letter) => `1\r\n${letter}\r\n`).join(""),
  ])();

/** What came back, until the other side closed or nothing came for a while. The writing end is closed first. */
export const answerTo = (port: number, bytes: Buffer): Promise<string> =>
  new Promise((resolve) => {
    let answer = "";
    const socket = connect(port, "127.0.0.1", () => socket.end(bytes));
    socket.setTimeout(20_000, () => socket.destroy());
    socket.on("data", (chunk) => {
      answer += chunk.toString("latin1");
    });
    // Resets are answers too.
    socket.on("error", () => {});
    socket.on("close", () => resolve(answer));
  });

/** What is wrong with an answer, or null: silence and a cut connection are no answer, and not wrong. A vendor's door may answer in its own form. */
export const problemInAnswer = (answer: string): string | null => {
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 0);
  if (status >= 500 && status !== 503) return answer.slice(0, 500);
  if (status < 400) return null;
  const code = /"code":"([^"]+)"|^carom-error: (\S+)/m.exec(answer);
  const isEnvelope = answer.includes('{"response":[{"success":false,"error":{"message":"');
  return isEnvelope || isErrorCode(code?.[1] ?? code?.[2] ?? "")
    ? null
    : `no code of the table: ${answer.slice(0, 500)}`;
};
