import assert from "node:assert/strict";
import { test } from "node:test";
import { readResponseHead } from "./response-head.ts";
import { keepAliveMaxMs, keepAliveMs } from "./sender-settings.ts";

const keepMsOf = (...lines: readonly string[]): number => readResponseHead(lines.join("\r\n")).keepMs;

test("a connection is kept for as long as its receiver says, and no longer than ours", () => {
  const length = "content-length: 2";
  assert.equal(keepMsOf("HTTP/1.1 200 OK", length), keepAliveMs);
  assert.equal(keepMsOf("HTTP/1.1 200 OK", length, "Keep-Alive: timeout=5, max=100"), 3_000);
  assert.equal(keepMsOf("HTTP/1.1 200 OK", length, "keep-alive: timeout=600"), keepAliveMaxMs);
  assert.equal(keepMsOf("HTTP/1.1 200 OK", length, "keep-alive: timeout=1"), 0);
  assert.equal(keepMsOf("HTTP/1.1 200 OK", length, "connection: x, Close"), 0);
  assert.equal(keepMsOf("HTTP/1.0 200 OK", length), 0);
  assert.equal(keepMsOf("HTTP/1.0 200 OK", length, "connection: Keep-Alive"), keepAliveMs);
});

test("a connection is not kept behind a body whose end cannot be told", () => {
  assert.equal(keepMsOf("HTTP/1.1 200 OK"), 0);
  assert.equal(keepMsOf("HTTP/1.1 200 OK", "transfer-encoding: gzip"), 0);
  assert.equal(keepMsOf("HTTP/1.1 204 No Content"), keepAliveMs);
  assert.equal(keepMsOf("HTTP/1.1 304 Not Modified", "content-length: 0"), keepAliveMs);
  assert.equal(keepMsOf("HTTP/1.1 304 Not Modified", "content-length: 100"), 0);
  assert.equal(keepMsOf("HTTP/1.1 204 No Content", "transfer-encoding: chunked"), 0);
});

test("what an answer says of itself is read without its blanks and in lower case, a list as one", () => {
  const head = readResponseHead(
    ["HTTP/1.1 503 ", "Retry-After: \t120 ", "content-encoding: GZIP", "Content-Encoding: br", "x-b: ü"].join("\r\n"),
  );
  assert.equal(head.retryAfter, "120");
  assert.equal(head.encoding, "gzip,br");
  assert.equal(readResponseHead("HTTP/1.1 200 OK\r\ncontent-encoding: Identity").encoding, "");
});
