import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import fastify from "fastify";
import { pino } from "pino";
import { openMemoryStorage } from "#src/adapters/memory/memory-storage.ts";
import { encryptionKeyFileName, openEncryptionKeys, rotateKeyFile } from "#src/adapters/system/encryption-key.ts";
import { secretName } from "#src/core/ids.ts";
import { noon } from "#test/support/an-event.ts";
import { turnedClock } from "#test/support/turned-clock.ts";
import { addBackupRoute, backupPath } from "./backup-route.ts";
import { addRotateKeyRoute, finishRotation, rotateKeyPath } from "./rotate-key-route.ts";
import { openSecrets } from "./secrets.ts";

/** The two doors of the folder's socket, over a trail that takes `writes` acts and then no more. */
const start = async (context: TestContext, writes: number) => {
  const folder = mkdtempSync(join(tmpdir(), "carom-deeds-"));
  context.after(() => rmSync(folder, { recursive: true }));
  const clock = turnedClock();
  const opened = openMemoryStorage({ clock });
  let left = writes;
  const append: typeof opened.audit.append = (acts) => {
    left -= 1;
    return left < 0 ? Promise.reject(new Error("the process has ended")) : opened.audit.append(acts);
  };
  const storage = { ...opened, audit: { ...opened.audit, append } };
  const logged: string[] = [];
  const log = pino({ formatters: { level: (label) => ({ level: label }) } }, { write: (line) => logged.push(line) });
  const open = () =>
    openSecrets({
      store: storage.secrets,
      keys: openEncryptionKeys({ value: null, previousValue: null, file: null, folder }),
      sender: { setSecrets: () => {} },
      log,
    });
  const secrets = open();
  const sealed = { name: secretName("net.key"), value: "v" };
  await storage.secrets.put({ name: sealed.name, box: secrets.seal(sealed), updatedAt: noon });
  const server = fastify();
  addBackupRoute(server, { storage, clock, log });
  addRotateKeyRoute(server, { storage, clock, secrets });
  const ask = async (url: string, payload: object = {}) =>
    (await server.inject({ method: "POST", url, payload })).statusCode;
  const told = async () => {
    const { items } = await storage.audit.find({}, { limit: 100, cursor: null });
    return items.toReversed().map(({ kind, subject, verb, after }) => [`${verb} ${kind}`, subject, after]);
  };
  const file = join(folder, encryptionKeyFileName);
  const levelsOf = (message: string) =>
    logged.map((line) => JSON.parse(line)).flatMap(({ msg, level }) => (msg === message ? [level] : []));
  return {
    ask,
    told,
    opened,
    secrets,
    file,
    levelsOf,
    finish: () => finishRotation({ secrets: open(), storage, clock }),
  };
};

test("a backup is told before it is written and when it is, and one that fails as failed", async (context) => {
  const { ask, told, levelsOf } = await start(context, 100);
  assert.equal(await ask(backupPath, { target: "/copies/one" }), 200);
  assert.deepEqual([levelsOf("backup written"), levelsOf("backup failed")], [["info"], []]);
  assert.equal(await ask(backupPath, { target: "/copies/one" }), 422, "it is there already");
  assert.deepEqual(levelsOf("backup failed"), ["error"], "somebody must see to it that there is one");
  assert.deepEqual(
    (await told()).map(([deed, target, after]) => [deed, target, JSON.parse(after ?? "").stage]),
    ["begun", "done", "begun", "failed"].map((stage) => ["written backup", "/copies/one", stage]),
  );
});

test("a backup that cannot be told is not written, and one whose end cannot be told was begun", async (context) => {
  const untold = await start(context, 0);
  assert.equal(await untold.ask(backupPath, { target: "/copies/one" }), 422);
  assert.equal((await untold.opened.backup("/copies/one")) > 0, true, "nothing stands there");
  const cut = await start(context, 1);
  assert.equal(await cut.ask(backupPath, { target: "/copies/one" }), 422);
  assert.deepEqual(await cut.told(), [["written backup", "/copies/one", '{"stage":"begun"}']]);
});

test("a rotation of the encryption key is told under the new key's id before that is in the file", async (context) => {
  const { ask, told, secrets } = await start(context, 100);
  assert.equal(await ask(rotateKeyPath), 200);
  assert.deepEqual(await told(), [
    ["rotated encryption_key", secrets.keyId(), '{"stage":"begun"}'],
    ["rotated encryption_key", secrets.keyId(), '{"secrets":1,"stage":"done"}'],
  ]);
  const untold = await start(context, 0);
  const before = readFileSync(untold.file, "utf8");
  assert.equal(await untold.ask(rotateKeyPath), 500);
  assert.equal(readFileSync(untold.file, "utf8"), before);
  assert.deepEqual(await untold.told(), []);
});

test("what a crash left of a rotation is told at the next start, and a start with nothing left tells nothing", async (context) => {
  const { told, file, finish } = await start(context, 100);
  await finish();
  assert.deepEqual(await told(), []);
  const { current } = rotateKeyFile(file);
  await finish();
  assert.deepEqual(
    (await told()).map(([, id, after]) => [id, after]),
    [
      [current.id, '{"stage":"begun"}'],
      [current.id, '{"secrets":1,"stage":"done"}'],
    ],
  );
});
