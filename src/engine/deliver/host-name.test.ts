import assert from "node:assert/strict";
import { test } from "node:test";
import { hostNameOf } from "./host-name.ts";

test("the host of a URL is what stands before path, query and fragment, in lower case", () => {
  for (const [url, name] of [
    ["https://Partner.example/path?q=1", "partner.example"],
    ["http://partner.example:8080?q=/x", "partner.example:8080"],
    ["https://partner.example#top", "partner.example"],
    ["https://[2001:db8::1]:443/", "[2001:db8::1]:443"],
    ["https://partner.example", "partner.example"],
  ] as const) {
    assert.equal(hostNameOf(url).name, name, url);
  }
});

test("a URL begins with the prefix of its own host, and not with that of a host whose name is longer", () => {
  const { prefix } = hostNameOf("https://partner.example/path");
  assert.ok("https://partner.example/other".startsWith(prefix));
  assert.ok(!"https://partner.example.org/path".startsWith(prefix));
});
