import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { brotliDecompressSync } from "node:zlib";
import { migrations } from "#src/adapters/sqlite/migrations.ts";
import { undurablePerSlot } from "#src/engine/deliver/hand-over.ts";
import { startCaromProcess, temporaryFolder } from "#test/support/carom-process.ts";
import { countedInFolder } from "#test/support/counted-in-folder.ts";
import { startCountingReceiver } from "#test/support/counting-receiver.ts";
import { numbersFrom } from "#test/support/event-load.ts";
import { olderFolder, olderFolders } from "#test/support/older-folder.ts";
import { reckon } from "#test/support/reckoning.ts";
import { type FaultBooks, type FaultContext, type FaultScript, sumBooks } from "./fault-script.ts";

const { listensAt, events, inFlight, files } = olderFolder;

const schemaOf = (folder: string): number => {
  const database = new DatabaseSync(join(folder, "data.db"));
  const version = Number(database.prepare("PRAGMA user_version").get()?.["user_version"]);
  database.close();
  return version;
};

/** What was there before there were counters is not in them. */
const countersSince = 3;

const upgradeFrom = async (context: FaultContext, name: string, killsDuring: number): Promise<FaultBooks> => {
  const folder = temporaryFolder();
  const receiver = await startCountingReceiver({ listensAt });
  try {
    for (const file of files)
      writeFileSync(
        join(folder.path, file),
        brotliDecompressSync(readFileSync(join(olderFolders, name, `${file}.br`))),
      );
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
    const { counters, totals, rows } = countedInFolder(folder.path);
    assert.deepEqual([name, totals], [name, rows], "totals are not what the rows say");
    if (Number(name.slice("schema-".length)) >= countersSince)
      assert.deepEqual([name, counters], [name, totals], "statistics are not what totals say");
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
    "a folder of any older schema, left by a kill with retries waiting, is migrated and all of it delivered; a newer one is refused",
  /** Kills on the way. */
  sizes: { short: 0, long: 2, longSeeds: 1 },
  cannotRun: () =>
    process.platform === "linux" ? false : `${listensAt.host} is no address here: an upgrade was NOT tried`,
  run: async (t, { strikes, between }) => {
    const names = readdirSync(olderFolders).sort();
    const missing = migrations.length - 1 - names.length;
    assert.ok(strikes === 0 || missing === 0, `${missing} schemas have no folder: see leave-older-folder.ts`);
    const [oldest, ...others] = names;
    const newest = others.pop();
    assert.ok(oldest !== undefined && newest !== undefined, "there is no older folder, so nothing was shown");
    // Without kills it is the short form: the oldest, the newest and one that the seed chooses.
    const chosen = strikes > 0 ? names : [oldest, others[between(0, others.length - 1)] ?? oldest, newest];
    const all: FaultBooks[] = [];
    for (const name of chosen) all.push(await upgradeFrom(t, name, strikes));
    return sumBooks(all);
  },
};
