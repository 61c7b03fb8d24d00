import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { pino } from "pino";
import { openMemoryStorage } from "#src/adapters/memory/memory-storage.ts";
import { encryptionKeyFileName, openEncryptionKeys, rotateKeyFile } from "#src/adapters/system/encryption-key.ts";
import { secretName } from "#src/core/ids.ts";
import type { OpenedSecrets } from "#src/ports/sender.ts";
import { noon } from "#test/support/an-event.ts";
import { turnedClock } from "#test/support/turned-clock.ts";
import { openSecrets } from "./secrets.ts";

const aFolder = (context: TestContext): string => {
  const folder = mkdtempSync(join(tmpdir(), "carom-secrets-"));
  context.after(() => rmSync(folder, { recursive: true }));
  return folder;
};

const start = (context: TestContext, folder = aFolder(context)) => {
  const { secrets: store } = openMemoryStorage({ clock: turnedClock() });
  const handed: OpenedSecrets[] = [];
  const sender = { setSecrets: (plain: OpenedSecrets) => handed.push(plain) };
  const open = (value: string | null = null, previousValue: string | null = null) =>
    openSecrets({
      store,
      keys: openEncryptionKeys({ value, previousValue, file: null, folder }),
      sender,
      log: pino({ level: "silent" }),
    });
  const put = async (secrets: ReturnType<typeof open>, name: string, value: string) => {
    const sealed = { name: secretName(name), value };
    await store.put({ name: sealed.name, box: secrets.seal(sealed), updatedAt: noon });
  };
  const told = async (secrets: ReturnType<typeof open>) => {
    await secrets.handOver();
    return Object.fromEntries(handed.at(-1) ?? []);
  };
  return { folder, store, open, put, told, file: join(folder, encryptionKeyFileName) };
};

test("after a rotation every secret is sealed with the new key, and the next start needs no other", async (context) => {
  const { open, put, told, file } = start(context);
  const secrets = open();
  await put(secrets, "a.token", "first");
  await put(secrets, "b.token", "second");
  const rotation = secrets.draftRotation();
  assert.ok(rotation !== null);
  assert.deepEqual([await rotation.rotate(), rotation.keyId, rotation.file], [2, secrets.keyId(), file]);
  assert.deepEqual(await told(secrets), { "a.token": "first", "b.token": "second" });
  await put(secrets, "c.token", "third");
  assert.deepEqual(await told(open()), { "a.token": "first", "b.token": "second", "c.token": "third" });
  assert.equal(await open().draftRotation()?.rotate(), 3, "and again");
  assert.deepEqual(await told(open()), { "a.token": "first", "b.token": "second", "c.token": "third" });
});

test("a crash between the new key and the sealing loses nothing: the next start goes on", async (context) => {
  const { open, put, told, file } = start(context);
  await put(open(), "a.token", "first");
  rotateKeyFile(file);
  const next = open();
  assert.deepEqual(await told(next), { "a.token": "first" }, "it is opened before it is sealed anew");
  await next.finishRotation();
  assert.deepEqual(await told(open()), { "a.token": "first" });
});

test("a secret that is set while others are sealed anew keeps what was set", async (context) => {
  const { open, put, told, store } = start(context);
  const secrets = open();
  await put(secrets, "a.token", "old");
  const { reseal } = store;
  Object.assign(store, {
    reseal: async (change: Parameters<typeof reseal>[0]) => {
      await put(secrets, "a.token", "set meanwhile");
      return reseal(change);
    },
  });
  await secrets.draftRotation()?.rotate();
  assert.deepEqual(await told(open()), { "a.token": "set meanwhile" });
});

test("a key from outside is rotated outside: one start with both moves everything over", async (context) => {
  const { open, put, told } = start(context);
  const [old, fresh] = ["a".repeat(64), "b".repeat(64)];
  const before = open(old);
  await put(before, "a.token", "first");
  assert.equal(before.draftRotation(), null);
  const both = open(fresh, old);
  await both.finishRotation();
  assert.deepEqual(await told(open(fresh)), { "a.token": "first" });
  assert.deepEqual(await told(open(old)), { "a.token": null }, "the old key opens nothing any more");
});

test("a secret that another key sealed is told as such, and handed over as one that is set", async (context) => {
  const { open, put, told, store } = start(context);
  await put(open("a".repeat(64)), "a.token", "first");
  const other = open("b".repeat(64));
  await store.put({ name: secretName("b.token"), box: "no box", updatedAt: noon });
  assert.deepEqual((await store.all()).map(other.fault), ["other_key", "damaged"]);
  assert.deepEqual(await told(other), { "a.token": null, "b.token": null });
});
