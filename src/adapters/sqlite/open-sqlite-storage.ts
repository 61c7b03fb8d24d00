import { mkdirSync, rmSync } from "node:fs";
import { statfs } from "node:fs/promises";
import type { Clock } from "#src/ports/clock.ts";
import type { Storage } from "#src/ports/storage.ts";
import type { Scrubbed, Store } from "#src/ports/store.ts";
import { auditTrail } from "./audit-trail.ts";
import { backUp } from "./backup.ts";
import { catalogParts } from "./catalog-client.ts";
import { noteCompactDue } from "./compact-due.ts";
import { askOver, catalogStore, jobStore, secretStore } from "./config-stores.ts";
import { compactingPath, openForWriting } from "./data-file.ts";
import { startFinder } from "./finder-client.ts";
import { readText } from "./flat.ts";
import { FolderUnusable, lockFolder } from "./folder-lock.ts";
import { InstallLookUps } from "./install-look-ups.ts";
import { keyStore } from "./key-store.ts";
import { knowledgeClient } from "./knowledge-client.ts";
import { defaultFilterBytesMax } from "./known-segments.ts";
import { deliveryLog } from "./log-client.ts";
import { migrate, SchemaNewer } from "./migrations.ts";
import { Names } from "./names.ts";
import { noticeStore } from "./notice-store.ts";
import { peopleStore } from "./people-store.ts";
import { rateStore } from "./rate-store.ts";
import { callStoreOver, storeClient } from "./store-client.ts";
import { startThread, ThreadCalls } from "./thread-calls.ts";

export type SqliteStorageOptions = {
  /** Holds `data.db` (the truth), `search.db` (made from it) and `owner.lock`; made if it is not there. */
  readonly folder: string;
  readonly clock: Clock;
  /** Memory for the filters of known event ids; 512 MiB, and never less than about 140 MiB: see `known-segments.ts`. */
  readonly filterBytesMax?: number;
  /**
   * Called when a thread of the storage ends by itself. What it was asked is rejected, and so is all that
   * is asked later: nothing more can be stored by this process, and the next one recovers.
   */
  readonly onDied?: (error: Error) => void;
};

/**
 * Opens a folder of data: brings its schema up to date, puts what the last process had in hand back to
 * waiting, and starts the two threads that work on it. Rejects with `FolderOwned`, `FolderUnusable` or
 * `SchemaNewer`, and has touched nothing then.
 */
export const openSqliteStorage = async (options: SqliteStorageOptions): Promise<Storage> => {
  const unlock = takeFolder(options.folder);
  try {
    return await openThreads(options, unlock);
  } catch (error) {
    unlock();
    throw error;
  }
};

const takeFolder = (folder: string): (() => void) => {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw new FolderUnusable(folder, error);
  }
  const unlock = lockFolder(folder);
  try {
    // A compaction that was killed left a copy of everything, which no erasure would reach.
    rmSync(compactingPath(folder), { force: true });
    const database = openForWriting(folder);
    try {
      migrate(database);
    } finally {
      database.close();
    }
    return unlock;
  } catch (error) {
    unlock();
    throw error instanceof SchemaNewer ? error : new FolderUnusable(folder, error);
  }
};

/** What an erasure leaves in the file is known in the folder for as long as it is there. */
const remindingOfCompaction = (store: Store, folder: string): Store => ({
  ...store,
  scrub: async () => {
    const scrubbed = await store.scrub();
    noteCompactDue(folder, dueText(scrubbed.leftInFile));
    return scrubbed;
  },
});

const dueText = (left: Scrubbed["leftInFile"]): string | null => {
  if (left === null) return null;
  return left === "large_file" ? "it was too large to be written anew" : `writing it anew failed: ${left.failure}`;
};

const openThreads = async (options: SqliteStorageOptions, unlock: () => void): Promise<Storage> => {
  const { folder, clock, filterBytesMax = defaultFilterBytesMax, onDied = () => {} } = options;
  const store = await startThread(new URL("./store-thread.ts", import.meta.url), {
    name: "carom-store",
    folder,
    openedAt: clock.now(),
    filterBytesMax,
  });
  const epochBefore = store.hello.text();
  const epoch = store.hello.text();
  const names = new Names(store.hello.list(readText));
  const storeCalls = new ThreadCalls(store.worker, { name: "store", takeNames: () => names.takeNew(), onDied });
  const reader = await startThread(new URL("./reader-thread.ts", import.meta.url), {
    name: "carom-reader",
    folder,
    epochBefore,
    epoch,
  });
  const readerCalls = new ThreadCalls(reader.worker, { name: "reader", onDied });
  const installLookUps = new InstallLookUps(() => startFinder({ folder, names, onDied }));
  const call = callStoreOver(storeCalls);
  let closed: Promise<void> | null = null;
  const close = async (): Promise<void> => {
    await Promise.all([readerCalls.close(), installLookUps.close()]);
    await storeCalls.close();
    unlock();
  };
  const ask = askOver(call);
  return {
    store: remindingOfCompaction(storeClient(call, names), folder),
    knowledge: knowledgeClient(call, { names, installLookUps }),
    log: deliveryLog({ callStore: call, readerCalls, names }),
    catalog: catalogStore(ask, catalogParts(call)),
    keys: keyStore(ask),
    people: peopleStore(call),
    secrets: secretStore(ask),
    jobs: jobStore(ask),
    rates: rateStore(ask),
    notices: noticeStore(ask),
    audit: auditTrail(ask),
    disk: {
      freeBytes: async () => {
        const { bavail, bsize } = await statfs(folder);
        return bavail * bsize + (await call("freeBytes", () => {})).number();
      },
    },
    backup: (targetPath) => backUp(folder, targetPath),
    close: () => {
      closed ??= close();
      return closed;
    },
  };
};
