import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { brotliDecompressSync } from "node:zlib";
import { migrations } from "#src/adapters/sqlite/migrations.ts";
import { undurablePerSlot } from "#src/engine/deliver/hand-over.ts";
import { startCaromProcess, temporaryFolder } from "#test/support/carom-process.ts";
import { startCountingReceiver } from "#test/support/counting-receiver.ts";
import { numbersFrom } from "#test/support/event-load.ts";
import { reckon } from "#test/support/reckoning.ts";
import { type FaultBooks, type FaultContext, type FaultScript, sumBooks } from "./fault-script.ts";

/**
 * What programs of before left behind when they were killed, one folder a schema: 300 purchases accepted,
 * the log not yet merged into the file, some waiting for a retry and the others for their first attempt,
 * since nobody listened at `listensAt` then.
 */
const folders = new URL("../support/fixtures/older-folders/", import.meta.url).pathname;
const events = 300;
const inFlight = 8;
/** Stands in the folders; an address of loopback that nobody else takes. */
const listensAt = { host: "127.77.3.1", port: 18_077 };

const dataFiles = ["data.db", "data.db-wal"];

const schemaOf = (folder: string): number => {
  const database = new DatabaseSync(join(folder, "data.db"));
  const version = Number(database.prepare("PRAGMA user_version").get()?.["user_version"]);
  database.close();
  return version;
};

const upgradeFrom = async (context: FaultContext, name: string, killsDuring: number): Promise<FaultBooks> => {
  const folder = temporaryFolder();
  const receiver = await startCountingReceiver({ listensAt });
  try {
    for (const file of dataFiles)
      writeFileSync(join(folder.path, file), brotliDecompressSync(readFileSync(join(folders, name, `${file}.br`))));
    // Kept from before: how long ago the folder was left does not matter.
    const environment = { CAROM_RETENTION_EVENTS_DAYS: "3650" };
    let carom = await startCaromProcess({ folder: folder.path, environment });
    for (let kill = 0; kill < killsDuring; kill += 1) {
      await carom.kill("SIGKILL");
      carom = await startCaromProcess({ folder: folder.path, environment });
    }
    const accepted = [...numbersFrom(0, events)];
    await receiver.allHeard(accepted, 20_000);
    await carom.kill("SIGTERM");
    assert.equal(schemaOf(folder.path), migrations.length);
    for (const [number, ids] of receiver.postbackIds)
      assert.equal(ids.size, 1, `event ${number} went out under two postback ids`);
    const books = reckon(context, `from ${name} to ${migrations.length}`, { accepted, heard: receiver.heard });
    await assertNewerRefused(folder.path);
    return { ...books, doubledMax: killsDuring * inFlight * undurablePerSlot };
  } finally {
    await receiver.close();
    folder.remove();
  }
};

const assertNewerRefused = async (folder: string): Promise<void> => {
  const database = new DatabaseSync(join(folder, "data.db"));
  database.exec(`PRAGMA user_version = ${migrations.length + 1}`);
  database.close();
  await assert.rejects(startCaromProcess({ folder }), /written by a newer Carom.*run that version/);
  assert.equal(schemaOf(folder), migrations.length + 1, "a folder that was refused was changed");
};

export const upgrade: FaultScript = {
  name: "upgrade with retries waiting",
  promise:
    "a folder of an older schema, left by a kill with retries waiting, is migrated and all of it delivered; a newer one is refused",
  sizes: { short: 0, long: 3, longSeeds: 1 },
  cannotRun: () =>
    process.platform === "linux" ? false : `${listensAt.host} is no address here: an upgrade was NOT tried`,
  run: async (t, { strikes }) => {
    const all: FaultBooks[] = [];
    for (const name of readdirSync(folders)) all.push(await upgradeFrom(t, name, strikes));
    assert.ok(all.length > 1, "there is no older folder, so nothing was shown");
    return sumBooks(all);
  },
};
