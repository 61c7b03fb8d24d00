import type { AuditTrail } from "./audit-trail.ts";
import type { CatalogStore } from "./catalog-store.ts";
import type { DeliveryLog } from "./delivery-log.ts";
import type { Disk } from "./disk.ts";
import type { JobStore } from "./job-store.ts";
import type { KeyStore } from "./key-store.ts";
import type { Knowledge } from "./knowledge.ts";
import type { NoticeStore } from "./notice-store.ts";
import type { PeopleStore } from "./people-store.ts";
import type { RateStore } from "./rate-store.ts";
import type { SecretStore } from "./secret-store.ts";
import type { Store } from "./store.ts";

/** One opened storage: every port that speaks to it. An adapter answers this; the conformance suite asks it. */
export type Storage = {
  readonly store: Store;
  readonly knowledge: Knowledge;
  readonly log: DeliveryLog;
  readonly catalog: CatalogStore;
  readonly keys: KeyStore;
  readonly people: PeopleStore;
  readonly secrets: SecretStore;
  readonly jobs: JobStore;
  readonly rates: RateStore;
  readonly notices: NoticeStore;
  readonly audit: AuditTrail;
  readonly disk: Disk;
  /** A consistent copy taken while everything runs, without the encryption key; answers its bytes. Refuses a target that exists. */
  readonly backup: (targetPath: string) => Promise<number>;
  /** Commits what it has taken, and lets the folder go. */
  readonly close: () => Promise<void>;
};
