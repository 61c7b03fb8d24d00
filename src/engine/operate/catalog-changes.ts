import type { Catalog } from "#src/core/catalog.ts";
import { compileCatalog } from "#src/core/compile-catalog.ts";
import type { CompiledCatalog } from "#src/core/compiled-catalog.ts";
import type { Hashes } from "#src/core/hashes.ts";
import type { ReceiverId } from "#src/core/ids.ts";
import type { CancelReason } from "#src/core/postback.ts";
import { integrationReceiverId, removalReasonOf, ruleReceiverId } from "#src/core/target-key.ts";
import type { Intake } from "#src/engine/accept/intake.ts";
import type { Delivery } from "#src/engine/deliver/delivery.ts";
import type { CatalogChange, EngineCatalog } from "#src/engine/engine.ts";
import type { CatalogRevision, CatalogStore } from "#src/ports/catalog-store.ts";
import type { DeliveryLog } from "#src/ports/delivery-log.ts";

type Change = Parameters<EngineCatalog["change"]>[0];

/**
 * Changes the catalog: compile, save, put in force, and cancel what waits for receivers that are no
 * more. One change at a time. A cancelling that failed is tried again by upkeep (`cancelRemaining`), and a
 * crash between saving and cancelling is made good at the next start (`cancelOrphans`).
 */
export class CatalogChanges implements EngineCatalog {
  readonly #store: CatalogStore;
  readonly #log: DeliveryLog;
  readonly #hashes: Hashes;
  readonly #intake: Intake;
  readonly #delivery: Delivery;
  readonly #readCatalog: (revision: CatalogRevision) => Catalog | null;
  #last: Promise<unknown> = Promise.resolve();
  /** Receivers whose waiting postbacks the store could not cancel. */
  readonly #uncancelled = new Map<ReceiverId, CancelReason>();

  constructor(given: {
    readonly store: CatalogStore;
    readonly log: DeliveryLog;
    readonly hashes: Hashes;
    readonly intake: Intake;
    readonly delivery: Delivery;
    /** Null where this program cannot read the revision. */
    readonly readCatalog: (revision: CatalogRevision) => Catalog | null;
  }) {
    this.#store = given.store;
    this.#log = given.log;
    this.#hashes = given.hashes;
    this.#intake = given.intake;
    this.#delivery = given.delivery;
    this.#readCatalog = given.readCatalog;
  }

  readonly current = (): CompiledCatalog => this.#delivery.state.compiled;

  readonly change = (change: Change): Promise<CatalogChange> => {
    const changed = this.#last.then(() => this.#change(change));
    this.#last = changed.catch(() => {});
    return changed;
  };

  /** Cancels what an earlier change could not; rejects where the store fails again. */
  readonly cancelRemaining = (): Promise<void> => {
    const cancelled = this.#last.then(() => this.#cancelRemaining());
    this.#last = cancelled.catch(() => {});
    return cancelled;
  };

  async #change({ catalog, document, by, expected, dryRun }: Change): Promise<CatalogChange> {
    const before = this.current();
    if (expected !== null && expected !== before.revision) return { kind: "lost_race", revision: before.revision };
    const compilation = compileCatalog({ ...catalog, revision: before.revision + 1 }, this.#hashes);
    if (compilation.kind === "refused") return compilation;
    const { compiled, warnings } = compilation;
    if (dryRun) return { kind: "changed", revision: null, warnings };
    // Else a catalog that has the receiver again would wake what was to be cancelled.
    await this.#cancelRemaining();
    const at = this.#delivery.state.clock.now();
    const revision = await this.#save({ expected: before.revision, document, at, by });
    const isOurs = revision.document === document && revision.savedAt === at && revision.savedBy === by;
    if (!isOurs || revision.revision !== compiled.revision) return this.#takeOver(revision);
    await this.#putInForce(compiled);
    return { kind: "changed", revision, warnings };
  }

  /** The revision that stands in the store afterwards: ours, or the one that came first. Rejects where nothing was saved. */
  async #save(save: Parameters<CatalogStore["save"]>[0]): Promise<CatalogRevision> {
    let failure: unknown = new Error("the catalog was not saved");
    try {
      const saved = await this.#store.save(save);
      if (saved !== null) return saved;
    } catch (error) {
      failure = error;
    }
    // An answer that was lost on its way: without a look every later change would lose its race, until the next start.
    const newest = await this.#store.current();
    if (newest === null || newest.revision <= save.expected) throw failure;
    return newest;
  }

  /** Another change came first, by a process or a call whose answer was lost: it holds, so it is put in force. */
  async #takeOver(revision: CatalogRevision): Promise<CatalogChange> {
    const catalog = this.#readCatalog(revision);
    const compilation =
      catalog === null ? null : compileCatalog({ ...catalog, revision: revision.revision }, this.#hashes);
    if (compilation?.kind === "compiled") await this.#putInForce(compilation.compiled);
    return { kind: "lost_race", revision: revision.revision };
  }

  async #putInForce(compiled: CompiledCatalog): Promise<void> {
    const before = this.current();
    this.#delivery.refresh({ compiled });
    await this.#cancel(cancellations(before.catalog, compiled));
  }

  /** Cancels what waits for receivers that the catalog no longer has, or no longer grants. */
  async cancelOrphans(): Promise<void> {
    const { waitingByReceiver } = await this.#log.totals();
    const compiled = this.current();
    const revoked = revokedReceivers(compiled.catalog);
    const orphans = new Map<ReceiverId, CancelReason>();
    for (const { receiverId, waiting } of waitingByReceiver) {
      if (waiting === 0) continue;
      if (!compiled.receivers.has(receiverId)) orphans.set(receiverId, removalReasonOf(receiverId));
      else if (revoked.has(receiverId)) orphans.set(receiverId, "grant_revoked");
    }
    await this.#cancel(orphans);
  }

  async #cancel(receivers: ReadonlyMap<ReceiverId, CancelReason>): Promise<void> {
    if (receivers.size === 0) return;
    // Batches that were decided by the catalog before may still be on their way to the store.
    await this.#intake.settled();
    for (const [receiverId, reason] of receivers) this.#uncancelled.set(receiverId, reason);
    try {
      await this.#cancelRemaining();
    } catch (error) {
      // The catalog has changed all the same: without a receiver nothing is sent, and upkeep tries again.
      this.#delivery.state.observer.faulted?.("catalog", error);
    }
  }

  async #cancelRemaining(): Promise<void> {
    for (const [receiverId, reason] of this.#uncancelled) {
      await this.#delivery.cancel({ which: { receiverId }, reason, at: this.#delivery.state.clock.now() });
      this.#uncancelled.delete(receiverId);
    }
  }
}

function cancellations(before: Catalog, compiled: CompiledCatalog): ReadonlyMap<ReceiverId, CancelReason> {
  const cancelled = new Map<ReceiverId, CancelReason>();
  const revokedBefore = revokedReceivers(before);
  const revokedNow = revokedReceivers(compiled.catalog);
  for (const receiverId of receiversOf(before)) {
    if (!compiled.receivers.has(receiverId)) cancelled.set(receiverId, removalReasonOf(receiverId));
    else if (revokedNow.has(receiverId) && !revokedBefore.has(receiverId)) cancelled.set(receiverId, "grant_revoked");
  }
  return cancelled;
}

function receiversOf(catalog: Catalog): readonly ReceiverId[] {
  return catalog.apps.flatMap((app) => [
    ...app.integrations.map(({ partnerId, configurator }) => integrationReceiverId(app.id, partnerId, configurator)),
    ...app.rules.map(({ id }) => ruleReceiverId(app.id, id)),
  ]);
}

/** Receivers of integrations that an account configured and has no grant for. */
function revokedReceivers(catalog: Catalog): ReadonlySet<ReceiverId> {
  const revoked = new Set<ReceiverId>();
  for (const app of catalog.apps) {
    const granted = new Set(app.grants.map((grant) => grant.accountId));
    for (const { partnerId, configurator } of app.integrations) {
      if (configurator === null || granted.has(configurator)) continue;
      revoked.add(integrationReceiverId(app.id, partnerId, configurator));
    }
  }
  return revoked;
}
