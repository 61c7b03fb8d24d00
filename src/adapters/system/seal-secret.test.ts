import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { secretName } from "#src/core/ids.ts";
import { openEncryptionKeys } from "./encryption-key.ts";
import { openSecret, sealSecret } from "./seal-secret.ts";

const keyOf = (digit: string) =>
  openEncryptionKeys({ value: digit.repeat(64), previousValue: null, file: null, folder: "/nowhere" }).current;
const key = keyOf("a");
const name = secretName("api_key");

test("what was sealed opens again, whatever it is", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (value) => {
      assert.deepEqual(openSecret(key, { name, box: sealSecret(key, { name, value }) }), { kind: "opened", value });
    }),
  );
});

test("a box shows neither its secret nor that two secrets are alike", () => {
  const boxes = [1, 2].map(() => sealSecret(key, { name, value: "hunter2-hunter2" }));
  assert.notEqual(boxes[0], boxes[1]);
  for (const box of boxes) {
    const bytes = Buffer.from(box.split(".")[2] ?? "", "base64url");
    assert.equal(bytes.includes("hunter2"), false);
  }
});

test("a box in the place of another secret does not open", () => {
  const box = sealSecret(key, { name, value: "a secret" });
  const elsewhere = openSecret(key, { name: secretName("other"), box });
  assert.deepEqual(elsewhere, { kind: "refused", reason: "damaged" });
});

test("a box of another key says so", () => {
  const box = sealSecret(keyOf("b"), { name, value: "a secret" });
  assert.deepEqual(openSecret(key, { name, box }), { kind: "refused", reason: "other_key" });
});

test("a box with any one bit turned does not open", () => {
  const box = sealSecret(key, { name, value: "a secret" });
  const [version, keyId, text = ""] = box.split(".");
  const bytes = Buffer.from(text, "base64url");
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const turned = Buffer.from(bytes);
    turned[bit >> 3] = (turned[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    const opened = openSecret(key, { name, box: `${version}.${keyId}.${turned.toString("base64url")}` });
    assert.deepEqual(opened, { kind: "refused", reason: "damaged" });
  }
});

test("text that is no box is refused, not thrown", () => {
  const noBoxes = ["", "v1", "v1..", `v2.${key.id}.AAAA`, `v1.${key.id}.AAAA`, `v1.${key.id}.!!!!`];
  for (const box of noBoxes) {
    assert.deepEqual(openSecret(key, { name, box }), { kind: "refused", reason: "damaged" }, box);
  }
});
