import assert from "node:assert/strict";
import { test } from "node:test";
import { requestBytes } from "./request-bytes.ts";
import { SenderFault } from "./sender-fault.ts";

const request = { method: "GET", host: "a.example:8080", path: "/in?a=b", headers: [], body: null } as const;

test("a request is its line, the host, its headers as they are, and the length of its body", () => {
  const head = "host: a.example:8080\r\nconnection: keep-alive\r\n";
  assert.deepEqual(requestBytes({ ...request, headers: ["X-Case", "Kept"] }), {
    head: `GET /in?a=b HTTP/1.1\r\n${head}X-Case: Kept\r\n\r\n`,
    body: null,
    isPlain: true,
    isLast: false,
  });
  assert.deepEqual(requestBytes({ ...request, method: "POST", body: "ü" }), {
    head: `POST /in?a=b HTTP/1.1\r\n${head}content-length: 2\r\n\r\n`,
    body: "ü",
    isPlain: false,
    isLast: false,
  });
  assert.match(requestBytes({ ...request, method: "PUT" }).head, /content-length: 0\r\n\r\n$/);
});

test("behind a body where none is expected nothing more goes over the connection", () => {
  for (const method of ["GET", "DELETE"] as const)
    assert.equal(requestBytes({ ...request, method, body: "a" }).isLast, true);
  assert.equal(requestBytes({ ...request, method: "POST", body: "a" }).isLast, false);
});

test("nothing that a header could smuggle in goes out", () => {
  const unfit: readonly (readonly string[])[] = [
    ["x-a", "b\r\nx-injected: 1"],
    ["x-a", "b\nc"],
    ["x-a", "b\u0000"],
    ["x-a", "\u2603"],
    ["x-a"],
    ["", "b"],
    ["x a", "b"],
    ["x-a:b", "c"],
    ["Transfer-Encoding", "chunked"],
    ["Content-Length", "0"],
    ["host", "elsewhere.example"],
    ["connection", "close"],
    ["Expect", "100-continue"],
    ["upgrade", "websocket"],
  ];
  for (const headers of unfit) {
    const isRefused = (error: unknown): boolean => error instanceof SenderFault && error.fault === "request_invalid";
    assert.throws(() => requestBytes({ ...request, headers }), isRefused, JSON.stringify(headers));
  }
});
