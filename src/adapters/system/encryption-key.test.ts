import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import {
  EncryptionKeyProblem,
  encryptionKeyFileName,
  forgetPreviousKeys,
  openEncryptionKeys,
  rotateKeyFile,
} from "./encryption-key.ts";

const aFolder = (context: TestContext): string => {
  const folder = mkdtempSync(join(tmpdir(), "carom-key-"));
  context.after(() => rmSync(folder, { recursive: true }));
  return folder;
};

const openEncryptionKey = (source: { value: string | null; file: string | null; folder: string }) =>
  openEncryptionKeys({ previousValue: null, ...source }).current;

const problemOf = (open: () => unknown): EncryptionKeyProblem => {
  try {
    open();
  } catch (error) {
    assert.ok(error instanceof EncryptionKeyProblem);
    return error;
  }
  assert.fail("the key was taken");
};

test("a key is made once, for its owner only, and is the same at every start", (context) => {
  const folder = aFolder(context);
  const made = openEncryptionKey({ value: null, file: null, folder });
  const again = openEncryptionKey({ value: null, file: null, folder });
  assert.equal(again.id, made.id);
  assert.equal(again.key.equals(made.key), true);
  assert.equal(statSync(join(folder, encryptionKeyFileName)).mode & 0o777, 0o600);
  assert.deepEqual(readdirSync(folder), [encryptionKeyFileName]);
});

test("two folders have two keys", (context) => {
  const ids = [1, 2].map(() => openEncryptionKey({ value: null, file: null, folder: aFolder(context) }).id);
  assert.notEqual(ids[0], ids[1]);
});

test("a value goes before a file, and a file before the folder", (context) => {
  const folder = aFolder(context);
  const file = join(folder, "mounted");
  writeFileSync(file, `${"b".repeat(64)}\n`);
  const byValue = openEncryptionKey({ value: "A".repeat(64), file, folder });
  const byFile = openEncryptionKey({ value: null, file, folder });
  assert.equal(byValue.key.export().toString("hex"), "a".repeat(64));
  assert.equal(byFile.key.export().toString("hex"), "b".repeat(64));
  assert.deepEqual(readdirSync(folder), ["mounted"]);
});

test("the id of a key does not give the key away", () => {
  const { id } = openEncryptionKey({ value: "0123456789abcdef".repeat(4), file: null, folder: "/nowhere" });
  assert.match(id, /^[0-9a-f]{16}$/);
  assert.notEqual(id, "0123456789abcdef");
});

test("a key of the wrong size is refused without being shown", (context) => {
  const folder = aFolder(context);
  writeFileSync(join(folder, encryptionKeyFileName), "c0ffee", { mode: 0o600 });
  const { message } = problemOf(() => openEncryptionKey({ value: null, file: null, folder }));
  assert.match(message, /encryption\.key is not 64 hexadecimal digits .* has 6 characters; make one with/);
  assert.doesNotMatch(message, /c0ffee/);
});

test("a key of ours that others can read is refused, with the command that mends it", (context) => {
  const folder = aFolder(context);
  openEncryptionKey({ value: null, file: null, folder });
  const path = join(folder, encryptionKeyFileName);
  const before = readFileSync(path, "utf8");
  chmodSync(path, 0o640);
  const { message } = problemOf(() => openEncryptionKey({ value: null, file: null, folder }));
  assert.match(message, /can be read by others \(mode 640\).*chmod 600/);
  assert.equal(readFileSync(path, "utf8"), before);
});

test("a file that is not there, and a folder that cannot be written, are named", (context) => {
  const folder = aFolder(context);
  const missing = join(folder, "missing");
  assert.match(
    problemOf(() => openEncryptionKey({ value: null, file: missing, folder })).message,
    /missing cannot be read/,
  );
  const nowhere = join(folder, "not", "there");
  assert.match(
    problemOf(() => openEncryptionKey({ value: null, file: null, folder: nowhere })).message,
    /cannot be written/,
  );
});

test("a rotated file has the new key in front, and the one before until it is forgotten", (context) => {
  const folder = aFolder(context);
  const source = { value: null, previousValue: null, file: null, folder };
  const first = openEncryptionKeys(source);
  assert.deepEqual([first.previous, first.ownFile], [[], join(folder, encryptionKeyFileName)]);
  const rotated = rotateKeyFile(join(folder, encryptionKeyFileName));
  assert.notEqual(rotated.current.id, first.current.id);
  assert.deepEqual(
    rotated.previous.map(({ id }) => id),
    [first.current.id],
  );
  const reopened = openEncryptionKeys(source);
  assert.equal(reopened.current.id, rotated.current.id);
  assert.equal(reopened.previous[0]?.id, first.current.id);
  forgetPreviousKeys(join(folder, encryptionKeyFileName));
  assert.deepEqual(openEncryptionKeys(source).previous, []);
  assert.equal(openEncryptionKeys(source).current.id, rotated.current.id);
  assert.equal(statSync(join(folder, encryptionKeyFileName)).mode & 0o777, 0o600);
  assert.deepEqual(readdirSync(folder), [encryptionKeyFileName]);
});

test("a key that was given can have the one before beside it, and no file of ours", () => {
  const keys = openEncryptionKeys({
    value: "a".repeat(64),
    previousValue: "b".repeat(64),
    file: null,
    folder: "/nowhere",
  });
  assert.deepEqual([keys.previous[0]?.key.export().toString("hex"), keys.ownFile], ["b".repeat(64), null]);
});
