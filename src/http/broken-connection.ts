import { type Server, type ServerResponse, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import { type ErrorCode, errorCodes } from "#src/contract/error-codes.ts";
import { problemMediaType } from "#src/contract/problem-document.ts";
import { problemOf, type Refusal, refuse } from "./refusal.ts";

/** Answers what is not even HTTP: no request exists yet, so the answer is written to the socket by hand. */
export const brokenConnectionAnswer =
  (mintRequestId: () => string) =>
  (fault: Error & { readonly code?: string }, socket: Duplex): void => {
    if (fault.code === "ECONNRESET" || !socket.writable) {
      socket.destroy();
      return;
    }
    const code = codeOf(fault.code);
    const { title, fix } = errorCodes[code];
    answerSocket(socket, refuse(code, `${title}. ${fix}`), mintRequestId());
  };

/** What Node would answer by itself, with a body of its own or none. */
export const answerForNode = (server: Server, mintRequestId: () => string): void => {
  server.on("checkExpectation", (request, response: ServerResponse) => {
    const refusal = refuse("request.expectation", `expect: ${request.headers.expect} is not known; leave it out`);
    const { status, body, headers } = writtenOut(refusal, mintRequestId());
    response.writeHead(status, { ...headers, connection: "close" }).end(body);
  });
  server.on("connect", (_request, socket) => {
    socket.on("error", () => socket.destroy());
    answerSocket(socket, refuse("route.method", "this is no proxy: CONNECT is not taken"), mintRequestId());
  });
};

const answerSocket = (socket: Duplex, refusal: Refusal, requestId: string): void => {
  const { status, body, headers } = writtenOut(refusal, requestId);
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}\r\n${lines.join("")}connection: close\r\n\r\n${body}`);
};

const writtenOut = (refusal: Refusal, requestId: string) => {
  const { status } = errorCodes[refusal.code];
  const body = JSON.stringify(problemOf(refusal, requestId));
  return { status, body, headers: { "content-type": problemMediaType, "content-length": Buffer.byteLength(body) } };
};

const codeOf = (fault: string | undefined): ErrorCode => {
  switch (fault) {
    case "HPE_HEADER_OVERFLOW":
      return "request.header_too_large";
    case "ERR_HTTP_REQUEST_TIMEOUT":
      return "request.timeout";
    default:
      return "request.malformed";
  }
};
