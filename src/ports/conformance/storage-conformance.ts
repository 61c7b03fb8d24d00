import { describe, test } from "node:test";
import { auditGuarantees } from "./audit-trail.ts";
import { backupGuarantees } from "./backup.ts";
import { catalogGuarantees, pauseGuarantees } from "./catalog-store.ts";
import { counterGuarantees } from "./counters.ts";
import { eventSearchGuarantees, postbackSearchGuarantees, totalsGuarantees } from "./delivery-log.ts";
import { lastingGuarantees, recoveryGuarantees } from "./durability.ts";
import type { Guarantees, LastingGuarantees, OpenedStorage, OpenStorage } from "./guarantee.ts";
import { jobGuarantees } from "./job-store.ts";
import { keyGuarantees } from "./key-store.ts";
import { knowledgeGuarantees } from "./knowledge.ts";
import { logScopeGuarantees } from "./log-scope.ts";
import { noticeGuarantees } from "./notice-store.ts";
import { lastingPeopleGuarantees, peopleGuarantees } from "./people-store.ts";
import { rateGuarantees } from "./rate-store.ts";
import { secretGuarantees } from "./secret-store.ts";
import { cancelPostbackGuarantees, cancelReceiverGuarantees } from "./store-cancel.ts";
import { eraseGuarantees } from "./store-erase.ts";
import { interleavingGuarantees } from "./store-interleavings.ts";
import { lateInstallGuarantees } from "./store-late-install.ts";
import { recordGuarantees } from "./store-record.ts";
import { redeliverGuarantees, replayGuarantees } from "./store-replay.ts";
import { rerenderGuarantees } from "./store-rerender.ts";
import { leaseGuarantees, scheduleGuarantees } from "./store-schedule.ts";
import { fencingGuarantees, settleGuarantees } from "./store-settle.ts";
import { expiryGuarantees, retentionGuarantees } from "./store-sweep.ts";
import { toldDeedGuarantees } from "./told-deeds.ts";

const suites: Readonly<Record<string, Guarantees>> = {
  "store: record": recordGuarantees,
  "store: late installs": lateInstallGuarantees,
  "store: schedule": scheduleGuarantees,
  "store: leases": leaseGuarantees,
  "store: settle": settleGuarantees,
  "store: fencing": fencingGuarantees,
  "store: cancel postbacks": cancelPostbackGuarantees,
  "store: cancel a receiver": cancelReceiverGuarantees,
  "store: replay": replayGuarantees,
  "store: re-render": rerenderGuarantees,
  "store: redeliver": redeliverGuarantees,
  "store: erase": eraseGuarantees,
  "store: expiry": expiryGuarantees,
  "store: retention": retentionGuarantees,
  knowledge: knowledgeGuarantees,
  "delivery log: events": eventSearchGuarantees,
  "delivery log: postbacks": postbackSearchGuarantees,
  "delivery log: scopes": logScopeGuarantees,
  "delivery log: totals": totalsGuarantees,
  "delivery log: counters": counterGuarantees,
  "catalog store": catalogGuarantees,
  pauses: pauseGuarantees,
  "key store": keyGuarantees,
  "people store": peopleGuarantees,
  "secret store": secretGuarantees,
  "job store": jobGuarantees,
  "rate store": rateGuarantees,
  "notice store": noticeGuarantees,
  "audit trail": auditGuarantees,
  "told deeds": toldDeedGuarantees,
};

const lastingSuites: Readonly<Record<string, LastingGuarantees>> = {
  recovery: recoveryGuarantees,
  durability: lastingGuarantees,
  people: lastingPeopleGuarantees,
};

/** Registers with `node:test` everything that the ports promise. Each guarantee opens a storage of its own. */
export const storageConformance = (name: string, open: OpenStorage): void => {
  // Most of the time a storage opens, or waits for its disk: a few at once.
  describe(name, { concurrency: 4 }, () => {
    describe("store: interleavings", () => {
      for (const [title, holds] of Object.entries(interleavingGuarantees)) test(title, () => holds(open));
    });
    for (const [port, guarantees] of Object.entries(suites)) {
      describe(port, () => {
        for (const [title, holds] of Object.entries(guarantees)) {
          test(title, () => withStorage(open, ({ storage }) => holds(storage)));
        }
      });
    }
    for (const [port, guarantees] of Object.entries(lastingSuites)) {
      describe(port, () => registerLasting(open, guarantees));
    }
    describe("backup", () => {
      for (const [title, holds] of Object.entries(backupGuarantees)) test(title, () => withStorage(open, holds));
    });
  });
};

const registerLasting = (open: OpenStorage, guarantees: LastingGuarantees): void => {
  for (const [title, holds] of Object.entries(guarantees)) {
    test(title, (context) =>
      withStorage(open, async ({ storage, reopen }) => {
        if (reopen === undefined) context.skip("this storage does not outlive its process");
        else await holds(storage, reopen);
      }),
    );
  }
};

const withStorage = async (open: OpenStorage, run: (opened: OpenedStorage) => Promise<void>): Promise<void> => {
  const opened = await open();
  try {
    await run(opened);
  } finally {
    await opened.close();
  }
};
