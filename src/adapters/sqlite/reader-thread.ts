import { parentPort, receiveMessageOnPort, workerData } from "node:worker_threads";
import { invariant } from "#src/core/invariant.ts";
import { collectAfterWork } from "./collect-after-work.ts";
import { openForReading } from "./data-file.ts";
import { LogDesk } from "./log-desk.ts";
import { LogRows } from "./log-rows.ts";
import { ReadAhead } from "./read-ahead.ts";
import { Search } from "./search.ts";
import { isDamaged } from "./sqlite-error.ts";
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
const rows = new LogRows(database);
const search = new Search(folder, { before: epochBefore, now: epoch }, { database, rows });
const ahead = new ReadAhead(folder);
const desk = new LogDesk(database, rows, { search, ahead });

const haveWorked = collectAfterWork();
let timer: NodeJS.Timeout | undefined;
const followOn = (): void => {
  let isMore = false;
  try {
    isMore = search.advance();
  } catch (error) {
    // Whatever it is will be met again by whoever asks, and told to him; until then it is tried again.
    if (isDamaged(error)) search.discard();
  }
  if (isMore) haveWorked();
  timer = setTimeout(followOn, isMore ? 0 : idleMs);
};

const close = async (): Promise<void> => {
  search.close();
  database.close();
  await ahead.close();
  port.close();
};

port.on("message", (message: unknown) => {
  for (let next: unknown = message; next !== undefined; next = receiveMessageOnPort(port)?.message) {
    if (next === "close") {
      clearTimeout(timer);
      void close();
      return;
    }
    const answers = desk.answer(next);
    haveWorked();
    if (answers.length > 0) port.postMessage(answers);
  }
});
port.postMessage([]);
timer = setTimeout(followOn, idleMs);
