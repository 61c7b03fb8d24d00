/**
 * `node test/support/leave-older-folder.ts <checkout>`: makes a folder of `test/faults/upgrade.ts` anew, as the program in
 * that checkout leaves it when it is killed: 300 purchases accepted, some of them waiting for a retry and the others for
 * their first attempt, since nobody listens at the address that stands in it.
 */
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { brotliCompressSync } from "node:zlib";
import { applyCatalog, makeKey, startCaromProcess, temporaryFolder } from "./carom-process.ts";
import { readCopyOf } from "./copied-database.ts";
import { numbersFrom, purchase, sendEventLoad } from "./event-load.ts";
import { olderFolder, olderFolders } from "./older-folder.ts";
import { onePartnerCatalog } from "./one-partner-catalog.ts";
import { readRunning } from "./running-database.ts";
import { until } from "./until.ts";

const [checkout] = process.argv.slice(2);
assert.ok(checkout !== undefined, "say which checkout");
const folder = temporaryFolder();
const carom = await startCaromProcess({ folder: folder.path, checkout });
const { host, port } = olderFolder.listensAt;
const catalog = onePartnerCatalog(`http://${host}:${port}`, {
  limits: { in_flight_max: olderFolder.inFlight },
  retry_policy: { delays: Array.from({ length: 9 }, () => "5s") },
});
await applyCatalog(carom, catalog);
const key = await makeKey(carom, { kind: "ingest", app_id: "com.example.game" });
const { acknowledged } = await sendEventLoad({
  url: carom.url,
  key,
  numbers: numbersFrom(0, olderFolder.events),
  batch: 20,
  connections: 2,
  eventOf: (number) => ({ ...purchase(number), event_id: `number-${number}` }),
});
assert.equal(acknowledged.length, olderFolder.events);
const attempted = (database: DatabaseSync): number =>
  Number(database.prepare("SELECT count(*) AS count FROM attempt").get()?.["count"]);
await until("attempts", () => readRunning(folder.path, attempted) > 0);
await carom.kill("SIGKILL");

const schema = readCopyOf(folder.path, (database) =>
  Number(database.prepare("PRAGMA user_version").get()?.["user_version"]),
);
const target = join(olderFolders, `schema-${String(schema).padStart(2, "0")}`);
mkdirSync(target, { recursive: true });
for (const file of olderFolder.files)
  writeFileSync(join(target, `${file}.br`), brotliCompressSync(readFileSync(join(folder.path, file))));
folder.remove();
console.log(`schema ${schema}, left in ${target}`);
