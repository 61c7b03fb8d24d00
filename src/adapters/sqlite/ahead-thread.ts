import { parentPort, receiveMessageOnPort, workerData } from "node:worker_threads";
import { invariant } from "#src/core/invariant.ts";
import { finderCacheKib, openForReading } from "./data-file.ts";
import { FlatReader, readNumber } from "./flat.ts";
import { RowsAhead } from "./rows-ahead.ts";
import { readFinderThreadOptions } from "./thread-options.ts";

/**
 * Reads events and their postbacks so that their pages are in the system's memory when the reader comes to them. It
 * answers nothing, and what is asked last is all that counts: whoever asked before has gone on.
 */
invariant(parentPort !== null, "reading ahead is done in a thread of its own");
const port = parentPort;
const { folder } = readFinderThreadOptions(workerData);
const database = openForReading(folder, finderCacheKib);
const rows = new RowsAhead(database);

port.on("message", (message: unknown) => {
  let asked: unknown = message;
  for (let next: unknown = message; next !== undefined; next = receiveMessageOnPort(port)?.message) {
    if (next === "close") {
      database.close();
      port.close();
      return;
    }
    asked = next;
  }
  for (const sequence of new FlatReader(asked).list(readNumber)) {
    try {
      rows.read(sequence);
    } catch {
      // The reader meets it, too, and it is he who tells.
    }
  }
});
