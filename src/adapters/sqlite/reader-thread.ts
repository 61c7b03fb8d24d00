import { parentPort, receiveMessageOnPort, workerData } from "node:worker_threads";
import { invariant } from "#src/core/invariant.ts";
import { openForReading } from "./data-file.ts";
import { EventFinder } from "./find-events.ts";
import { PostbackFinder } from "./find-postbacks.ts";
import { LogDesk } from "./log-desk.ts";
import { LogRows } from "./log-rows.ts";
import { openSearchFile } from "./search-file.ts";
import { SearchIndex } from "./search-index.ts";
import { searchSources } from "./search-sources.ts";
import { readReaderThreadOptions } from "./thread-options.ts";

/**
 * Looks things up for the API, and keeps the search file in step with the log. A question comes before
 * indexing: between two slices of it the thread looks whether somebody asks.
 */
const idleMs = 500;

invariant(parentPort !== null, "the reader runs in a thread of its own");
const port = parentPort;
const { folder, epochBefore, epoch } = readReaderThreadOptions(workerData);
const database = openForReading(folder);
const file = openSearchFile(folder, { before: epochBefore, now: epoch });
const rows = new LogRows(database);
const sources = searchSources(database, rows);
const events = new SearchIndex(file, sources.events);
const postbacks = new SearchIndex(file, sources.postbacks);
const amendments = new SearchIndex(file, sources.amendments);
const eventFinder = new EventFinder(database, rows, { events, amendments });
const postbackFinder = new PostbackFinder(database, rows, { events: eventFinder, postbacks });
const desk = new LogDesk(rows, eventFinder, postbackFinder);

let timer: NodeJS.Timeout | undefined;
const followOn = (): void => {
  // All three: rows of one moment are read while their pages are still in the cache.
  const isBehind = [events.follow(), postbacks.follow(), amendments.follow()].includes(true);
  const isMore = isBehind || events.mend() || postbacks.mend() || amendments.mend();
  timer = setTimeout(followOn, isMore ? 0 : idleMs);
};

port.on("message", (message: unknown) => {
  for (let next: unknown = message; next !== undefined; next = receiveMessageOnPort(port)?.message) {
    if (next === "close") {
      clearTimeout(timer);
      for (const index of [events, postbacks, amendments]) index.close();
      file.close();
      database.close();
      port.close();
      return;
    }
    const answers = desk.answer(next);
    if (answers.length > 0) port.postMessage(answers);
  }
});
port.postMessage([]);
timer = setTimeout(followOn, idleMs);
