import { STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import { type ErrorCode, errorCodes } from "#src/contract/error-codes.ts";
import { problemMediaType } from "#src/contract/problem-document.ts";
import { problemOf, refuse } from "./refusal.ts";

/** Answers what is not even HTTP: no request exists yet, so the answer is written to the socket by hand. */
export const answerBrokenConnection = (fault: Error & { readonly code?: string }, socket: Socket): void => {
  if (fault.code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  const code = codeOf(fault.code);
  const { status, title, fix } = errorCodes[code];
  const body = JSON.stringify(problemOf(refuse(code, `${title}. ${fix}`), "none"));
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}\r\ncontent-type: ${problemMediaType}\r\n` +
      `content-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  );
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
