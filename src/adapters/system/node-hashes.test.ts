import assert from "node:assert/strict";
import { test } from "node:test";
import { nodeHashes } from "./node-hashes.ts";

// RFC 1321 A.5, FIPS 180-2 B.1, RFC 4231 4.3.
test("hashes answer the test vectors of their standards, in lower-case hex", () => {
  assert.equal(nodeHashes.md5("abc"), "900150983cd24fb0d6963f7d28e17f72");
  assert.equal(nodeHashes.sha1("abc"), "a9993e364706816aba3e25717850c26c9cd0d89d");
  assert.equal(nodeHashes.sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  assert.equal(
    nodeHashes.hmacSha256("Jefe", "what do ya want for nothing?"),
    "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
  );
});

test("texts are hashed as UTF-8", () => {
  assert.equal(nodeHashes.md5("ü"), "c03410a5204b21cd8229ff754688d743");
});
