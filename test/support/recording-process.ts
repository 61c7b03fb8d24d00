/** Opens the folder, records postbacks as leased, tells their ids, and waits to be killed. */
import { openSqliteStorage } from "#src/adapters/sqlite/open-sqlite-storage.ts";
import { recordPostbacks } from "#src/ports/conformance/recorded-postbacks.ts";
import { turnedClock } from "./turned-clock.ts";

const [folder = ""] = process.argv.slice(2);
const storage = await openSqliteStorage({ folder, clock: turnedClock() });
const leased = { start: { kind: "leased" } } as const;
const recorded = await recordPostbacks(storage, [leased, leased, leased]);
process.stdout.write(`${recorded.map(({ id }) => id).join(" ")}\n`);
setInterval(() => {}, 1_000);
