import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { after, test } from "node:test";
import { partKey } from "#src/core/ids.ts";
import { readConfig } from "#src/main/config.ts";
import { openLog } from "#src/main/log.ts";
import { type Standalone, startStandalone } from "#src/main/standalone.ts";
import { StartRefused } from "#src/main/start-refused.ts";
import { temporaryFolder } from "#test/support/carom-process.ts";

const root = temporaryFolder();
after(() => root.remove());
const log = openLog({ level: "silent", format: "json", output: { write: () => true } });

const start = (folder: string, overrides: Readonly<Record<string, string>> = {}): Promise<Standalone> => {
  const reading = readConfig({}, { data: folder, port: "0", ...overrides });
  assert.ok(reading.kind === "read");
  return startStandalone({ config: reading.config, log });
};
const refused = async (
  folder: string,
  words: RegExp,
  overrides: Readonly<Record<string, string>> = {},
): Promise<void> => {
  await assert.rejects(start(folder, overrides), (error) => {
    assert.ok(error instanceof StartRefused, String(error));
    assert.match(error.message, words);
    return true;
  });
};

test("a file of countries that cannot serve refuses the start before the folder is made", async () => {
  const geoipFile = join(root.path, "countries.mmdb");
  const folder = join(root.path, "of-countries");
  await refused(folder, /^CAROM_GEOIP_FILE: .*countries\.mmdb cannot be read \(ENOENT.*leave the setting out/, {
    geoipFile,
  });
  writeFileSync(geoipFile, "no database");
  await refused(folder, /^CAROM_GEOIP_FILE: .*countries\.mmdb is no database in MaxMind's format/, { geoipFile });
  assert.equal(existsSync(folder), false);
});

test("a folder and its socket are for their owner only", { skip: process.platform === "win32" }, async () => {
  const folder = join(root.path, "new/folder");
  const server = await start(folder);
  assert.equal(statSync(folder).mode & 0o777, 0o700);
  assert.equal(statSync(join(folder, "carom.sock")).mode & 0o777, 0o600);
  await server.close();
  assert.ok(!existsSync(join(folder, "carom.sock")));
});

test("a second server on a folder is refused, and the first goes on", async () => {
  const folder = join(root.path, "shared");
  const first = await start(folder);
  await refused(folder, /belongs to another running Carom/);
  const health = await fetch(`${first.url}/healthz`);
  assert.equal(health.status, 200);
  await first.close();
  await (await start(folder)).close();
});

test("a port that is taken is named; nothing is left of the start, and a folder that was there is free again", async () => {
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
  const address = taken.address();
  assert.ok(address !== null && typeof address === "object");
  const folder = join(root.path, "port");
  const words = new RegExp(`port ${address.port} of 127.0.0.1 is taken.*CAROM_PORT`);
  await refused(folder, words, { port: String(address.port) });
  assert.ok(!existsSync(folder));
  await (await start(folder)).close();
  await refused(folder, words, { port: String(address.port) });
  taken.close();
  await (await start(folder)).close();
});

test("a folder that cannot be, a key that others may read and a newer schema are refused with the fix", async () => {
  writeFileSync(join(root.path, "file"), "");
  await refused(join(root.path, "file/below"), /cannot be made: choose another CAROM_DATA/);
  await refused(join(root.path, "a".repeat(120)), /too long for the socket/);
  const folder = join(root.path, "open-key");
  mkdirSync(folder);
  writeFileSync(join(folder, "encryption.key"), "00".repeat(32));
  chmodSync(join(folder, "encryption.key"), 0o644);
  await refused(folder, /can be read by others.*chmod 600/);
  const newer = join(root.path, "newer");
  await (await start(newer)).close();
  const database = new DatabaseSync(join(newer, "data.db"));
  database.exec("PRAGMA user_version = 999");
  database.close();
  await refused(newer, /written by a newer Carom \(schema 999/);
});

test("a stored configuration that this version cannot read is refused, naming its revision", async () => {
  const folder = join(root.path, "catalog");
  const server = await start(folder);
  const saved = {
    expected: 0,
    parts: [{ key: partKey("app/a"), document: '{"id":"a","planet":"mars"}' }],
    account: null,
    at: Date.UTC(2026, 0, 14),
    by: "test",
  };
  assert.ok((await server.storage.catalog.save(saved)) !== null);
  await server.close();
  await refused(folder, /stored configuration \(revision 1, saved 2026-01-14T00:00:00\.000Z by test\) cannot be read/);
});
