import { parentPort, workerData } from "node:worker_threads";
import { invariant } from "#src/core/invariant.ts";
import { answerCalls } from "./answer-frames.ts";
import { finderCacheKib, openForReading } from "./data-file.ts";
import { InstallFinder, pushFound } from "./find-installs.ts";
import { readText } from "./flat.ts";
import { readFinderThreadOptions } from "./thread-options.ts";

/** One of several that look install records up beside each other: most of their time they wait for the disk. */
invariant(parentPort !== null, "a finder runs in a thread of its own");
const port = parentPort;
const { folder } = readFinderThreadOptions(workerData);
const database = openForReading(folder, finderCacheKib);
const installs = new InstallFinder(database);

port.on("message", (message: unknown) => {
  if (message === "close") {
    database.close();
    port.close();
    return;
  }
  port.postMessage(
    answerCalls(message, (_operation, call, answers) => {
      const reader = call();
      const place = answers.length;
      try {
        // One look at the file for all of them: what stands above the pages of two records is read once.
        database.exec("BEGIN");
        pushFound(reader.number(), () => installs.find(reader.number(), reader.text(), reader.list(readText)), answers);
        return null;
      } catch (error) {
        answers.length = place;
        return error instanceof Error ? error.message : String(error);
      } finally {
        if (database.isTransaction) database.exec("COMMIT");
      }
    }),
  );
});
port.postMessage([]);
