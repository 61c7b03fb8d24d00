/**
 * `carom serve` that keeps what is over for so many seconds, its argument: the settings count days,
 * and no bench waits for one. It stands before the call of the real one, whose environment it takes.
 */
import { readConfig } from "../../src/main/config.ts";
import { openLog } from "../../src/main/log.ts";
import { startStandalone } from "../../src/main/standalone.ts";

const reading = readConfig(process.env);
if (reading.kind === "refused") throw new Error(reading.problems.join("\n"));
const retentionEventsDays = Number(process.argv[2]) / 86_400;
const log = openLog({ level: "info", format: "json", output: process.stdout });
const carom = await startStandalone({ config: { ...reading.config, retentionEventsDays }, log });
process.on("SIGTERM", async () => {
  await carom.close();
  process.exit(0);
});
