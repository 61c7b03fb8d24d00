import { randomUUID } from "node:crypto";
import { parentPort, receiveMessageOnPort, workerData } from "node:worker_threads";
import { invariant } from "#src/core/invariant.ts";
import { createAnswering } from "./answer-call.ts";
import { collectAfterWork } from "./collect-after-work.ts";
import { openForWriting } from "./data-file.ts";
import { beginEpoch } from "./epoch.ts";
import { GroupCommit } from "./group-commit.ts";
import { readNames } from "./name-rows.ts";
import { recover } from "./recovery.ts";
import { createStoreState, flushState, stateCommitted } from "./store-state.ts";
import { readStoreThreadOptions } from "./thread-options.ts";

/**
 * The only writer. Takes every message that waits, commits once for all of them, answers, and looks
 * again: what comes while a commit is being flushed shares the next one.
 */
invariant(parentPort !== null, "the store runs in a thread of its own");
const port = parentPort;
const { folder, openedAt, filterBytesMax } = readStoreThreadOptions(workerData);
const database = openForWriting(folder);
const epoch = beginEpoch(database, randomUUID());
const state = createStoreState(database, filterBytesMax);
database.exec("BEGIN IMMEDIATE");
recover(state, openedAt);
flushState(state);
database.exec("COMMIT");
stateCommitted(state);

const answering = createAnswering(state);
const commit = new GroupCommit(state, answering);
const haveWorked = collectAfterWork();
port.on("message", (message: unknown) => {
  const messages = [message];
  for (let more = receiveMessageOnPort(port); more !== undefined; more = receiveMessageOnPort(port)) {
    messages.push(more.message);
  }
  if (messages.at(-1) === "close") {
    const answers = commit.run(messages.slice(0, -1));
    database.exec("PRAGMA optimize");
    database.close();
    port.postMessage(answers);
    port.close();
    return;
  }
  const answers = commit.run(messages);
  haveWorked();
  if (answers.length > 0) port.postMessage(answers);
});
const names = readNames(database);
port.postMessage([epoch.before, epoch.now, names.length, ...names]);
