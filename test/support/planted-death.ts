/**
 * Loaded by Node before the program, in its process and in each of its threads (`--import`). The
 * thread that `CAROM_TEST_DYING_THREAD` names ends as an error that nobody caught ends it, each time
 * a file of the name in `CAROM_TEST_DEATH_FILE` appears. Nothing of the program is changed.
 */
import { existsSync, rmSync } from "node:fs";
import { threadName } from "node:worker_threads";

const file = process.env["CAROM_TEST_DEATH_FILE"] ?? "";
const dying = process.env["CAROM_TEST_DYING_THREAD"] ?? "";

if (threadName === dying) {
  setInterval(() => {
    if (!existsSync(file)) return;
    rmSync(file);
    throw new Error("planted: this thread dies");
  }, 5).unref();
}
