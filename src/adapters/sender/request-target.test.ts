import assert from "node:assert/strict";
import { test } from "node:test";
import type { NetworkFault } from "#src/core/postbacks/attempt.ts";
import { insideUrls } from "#test/support/inside-urls.ts";
import { addressGuard } from "./address-guard.ts";
import { targetReader } from "./request-target.ts";
import { SenderFault } from "./sender-fault.ts";

const read = targetReader(addressGuard([]));

const faultOf = (url: string): NetworkFault | "none" => {
  try {
    read(url);
    return "none";
  } catch (error) {
    assert.ok(error instanceof SenderFault, String(error));
    return error.fault;
  }
};

test("an address inside is refused, however it is written, and every time it is asked for", () => {
  for (const url of [...insideUrls, ...insideUrls]) assert.equal(faultOf(url), "address_refused", url);
});

test("what cannot be sent to is told as an invalid request", () => {
  const invalid = [
    "",
    "example.com/path",
    "/path",
    "ftp://example.com/",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "unix:///var/run/docker.sock",
    "http://",
    "http://[fe80::1%25eth0]/",
    "http://[::1/",
    "http://exa mple.com/",
    "http://example.com:99999/",
    "http://256.256.256.256/",
    "http://%zz/",
  ];
  for (const url of invalid) assert.equal(faultOf(url), "request_invalid", url);
});

test("a fault never repeats the URL, which may hold a secret", () => {
  assert.throws(
    () => read("http://hunter2:99999/?key=hunter2"),
    (error: Error) => !error.message.includes("hunter2"),
  );
});

test("a path of printable ASCII goes out byte for byte", () => {
  const paths = ["/", "/a//b/../c;d=1", "/p?x=%7B%22a%22%3A1%7D&y={z}|'~!*()", "/a%2Fb?c=[d]&&=&", "/p?<x>=^`"];
  for (const path of paths) assert.equal(read(`https://example.com${path}`).path, path);
});

test("what may not stand in a request is encoded, and a fragment stays at home", () => {
  assert.equal(read("https://example.com/ü b?q=ä#top").path, "/%C3%BC%20b?q=%C3%A4");
  assert.equal(read("https://example.com/a?b#c").path, "/a?b");
  assert.equal(read("https://example.com?b=1").path, "/?b=1");
  assert.equal(read("https://example.com").path, "/");
});

test("one origin has one name", () => {
  const urls = [
    "https://EXAMPLE.com/a",
    "https://example.com:443/b",
    "https://example.com?c",
    "https://u@example.com/d",
  ];
  for (const url of urls) assert.equal(read(url).origin, "https://example.com", url);
  assert.equal(read("https://bücher.example/").origin, "https://xn--bcher-kva.example");
});

test("user-info becomes basic authorization", () => {
  assert.equal(read("https://example.com/").authorization, null);
  const { authorization } = read("https://Aladdin:open%20sesame@example.com/");
  assert.equal(authorization, `Basic ${Buffer.from("Aladdin:open sesame").toString("base64")}`);
});
