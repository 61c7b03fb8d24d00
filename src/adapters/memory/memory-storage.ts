import { invariant } from "#src/core/invariant.ts";
import type { Clock } from "#src/ports/clock.ts";
import type { DeliveryLog } from "#src/ports/delivery-log.ts";
import type { Storage } from "#src/ports/storage.ts";
import type { Store } from "#src/ports/store.ts";
import { auditTrail } from "./audit-trail.ts";
import { cancel } from "./cancel.ts";
import { catalogStore } from "./catalog-store.ts";
import type { Commit } from "./commit.ts";
import { readCounters } from "./counters.ts";
import { countPostbacks, findEvents, findPostbacks, readEvent, readPostback, scanEvents } from "./delivery-log.ts";
import { erase } from "./erase.ts";
import { type StorageFaults, withFaults } from "./faults.ts";
import { jobStore } from "./job-store.ts";
import { keyStore } from "./key-store.ts";
import { lookUp } from "./knowledge.ts";
import { noticeStore } from "./notice-store.ts";
import { peopleStore } from "./people-store.ts";
import { rateStore } from "./rate-store.ts";
import { record } from "./record.ts";
import { redeliver, replay } from "./replay.ts";
import { rerender } from "./rerender.ts";
import { claim, expireLeases, extendLease, nextDueAt, receiversDue, recoverLeases, release } from "./schedule.ts";
import { secretStore } from "./secret-store.ts";
import { settle } from "./settle.ts";
import { sweep } from "./sweep.ts";
import { createTables, type Tables } from "./tables.ts";
import { readTotals } from "./totals.ts";

/**
 * The reference implementation of every port: what the others must do, written to be read. Durable
 * as long as its tables are: opened again over the same ones, it recovers as after a crash.
 */
export const openMemoryStorage = (options: {
  readonly clock: Clock;
  /** Where an earlier storage left its rows; new ones otherwise. */
  readonly tables?: Tables;
  readonly faults?: StorageFaults;
}): Storage => {
  const tables = options.tables ?? createTables();
  recoverLeases(tables, options.clock.now());
  let closed = false;
  // A transaction is one synchronous run, so no other can come between its statements.
  const commit: Commit = async (run) => {
    invariant(!closed, "the storage is closed");
    return run(tables);
  };
  const storage: Storage = {
    store: storeOver(commit),
    knowledge: { lookUp: (query) => commit((rows) => lookUp(rows, query)) },
    log: logOver(commit),
    catalog: catalogStore(commit),
    keys: keyStore(commit),
    people: peopleStore(commit),
    secrets: secretStore(commit),
    jobs: jobStore(commit),
    rates: rateStore(commit),
    notices: noticeStore(commit),
    audit: auditTrail(commit),
    disk: { freeBytes: async () => null },
    backup: (targetPath) => commit((rows) => copyTables(rows, targetPath)),
    close: async () => {
      closed = true;
    },
  };
  return options.faults === undefined ? storage : withFaults(storage, options.faults);
};

const storeOver = (commit: Commit): Store => ({
  record: (batch) => commit((tables) => record(tables, batch)),
  settle: (settlements) => commit((tables) => settle(tables, settlements)),
  receiversDue: (query) => commit((tables) => receiversDue(tables, query)),
  nextDueAt: (now) => commit((tables) => nextDueAt(tables, now)),
  claim: (query) => commit((tables) => claim(tables, query)),
  extendLease: (leases) => commit((tables) => extendLease(tables, leases)),
  release: (leases) => commit((tables) => release(tables, leases)),
  expireLeases: (ended) => commit((tables) => expireLeases(tables, ended)),
  cancel: (order) => commit((tables) => cancel(tables, order)),
  replay: (order) => commit((tables) => replay(tables, order)),
  rerender: (order) => commit((tables) => rerender(tables, order)),
  redeliver: (postback, acts = []) => commit((tables) => redeliver(tables, postback, acts)),
  erase: (order) => commit((tables) => erase(tables, order)),
  scrub: () => commit(() => ({ leftInLog: false, leftInFile: null })),
  sweep: (order) => commit((tables) => sweep(tables, order)),
});

const logOver = (commit: Commit): DeliveryLog => ({
  findEvents: (filter, page) => commit((tables) => findEvents(tables, filter, page)),
  readEvent: (id) => commit((tables) => readEvent(tables, id)),
  scanEvents: (filter, page) => commit((tables) => scanEvents(tables, filter, page)),
  findPostbacks: (filter, page) => commit((tables) => findPostbacks(tables, filter, page)),
  readPostback: (id) => commit((tables) => readPostback(tables, id)),
  countPostbacks: (filter, max) => commit((tables) => countPostbacks(tables, filter, max)),
  totals: () => commit(readTotals),
  counters: (query) => commit((tables) => readCounters(tables, query)),
});

/** Memory has no disk: a copy stands among the tables under its path, and is opened from there. */
const copyTables = (tables: Tables, targetPath: string): number => {
  if (tables.copies.has(targetPath)) throw new Error(`backup target ${targetPath} exists`);
  const copy = structuredClone({ ...tables, copies: new Map() });
  tables.copies.set(targetPath, copy);
  return JSON.stringify([...copy.events, ...copy.postbacks]).length;
};
