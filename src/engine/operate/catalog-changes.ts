import { mergeCatalogs } from "#src/core/catalog/merge-catalogs.ts";
import { compileCatalog } from "#src/core/compile/compile-catalog.ts";
import type { CompiledCatalog } from "#src/core/compile/compiled-catalog.ts";
import type { Means } from "#src/core/compile/means.ts";
import type { PartKey, ReceiverId } from "#src/core/ids.ts";
import type { CancelReason } from "#src/core/postbacks/postback.ts";
import { removalReasonOf } from "#src/core/postbacks/target-key.ts";
import type { Intake } from "#src/engine/accept/intake.ts";
import type { Delivery } from "#src/engine/deliver/delivery.ts";
import type { CatalogRevision, CatalogSave, CatalogStore } from "#src/ports/catalog-store.ts";
import type { DeliveryLog } from "#src/ports/delivery-log.ts";
import { cancellations, revokedReceivers } from "./catalog-cancellations.ts";
import type { CatalogChange, CatalogForm, EditOrder, EngineCatalog, WaitingCancel } from "./catalog-change.ts";
import { returningIds } from "./returning-ids.ts";

/**
 * Changes the catalog: compile, save, put in force, and cancel what waits for receivers that are no
 * more. One change at a time. A cancelling that failed is tried again by upkeep (`cancelRemaining`), and a
 * crash between saving and cancelling is made good at the next start (`cancelOrphans`).
 */
export class CatalogChanges implements EngineCatalog {
  readonly #store: CatalogStore;
  readonly #log: DeliveryLog;
  readonly #means: Means;
  readonly #intake: Intake;
  readonly #delivery: Delivery;
  readonly #form: CatalogForm;
  /** Of the last change of each part in force. */
  readonly #revisions: Map<PartKey, number>;
  #last: Promise<unknown> = Promise.resolve();
  /** Receivers whose waiting postbacks the store could not cancel. */
  readonly #uncancelled = new Map<ReceiverId, CancelReason>();

  constructor(given: {
    readonly store: CatalogStore;
    readonly log: DeliveryLog;
    readonly means: Means;
    readonly intake: Intake;
    readonly delivery: Delivery;
    readonly form: CatalogForm;
    readonly revisions: ReadonlyMap<PartKey, number>;
  }) {
    this.#store = given.store;
    this.#log = given.log;
    this.#means = given.means;
    this.#intake = given.intake;
    this.#delivery = given.delivery;
    this.#form = given.form;
    this.#revisions = new Map(given.revisions);
  }

  readonly current = (): CompiledCatalog => this.#delivery.state.compiled;

  readonly revisionOf = (key: PartKey): number | null => this.#revisions.get(key) ?? null;

  readonly edit: EngineCatalog["edit"] = (order) => this.#inTurn(() => this.#edit(order));

  readonly change: EngineCatalog["change"] = async ({ catalog, by, expected, dryRun }) => {
    const changed = await this.edit<number>({
      edit: ({ catalog: before, revision }) =>
        expected !== null && expected !== revision
          ? { kind: "no", no: revision }
          : { kind: "edited", catalog: mergeCatalogs(before, catalog, { prune: true }) },
      by,
      account: null,
      dryRun,
      cancelsWaiting: true,
    });
    return changed.kind === "no" ? { kind: "lost_race", revision: changed.no } : changed;
  };

  /** Cancels what an earlier change could not; rejects where the store fails again. */
  readonly cancelRemaining = (): Promise<void> => this.#inTurn(() => this.#cancelRemaining());

  #inTurn<Answer>(run: () => Promise<Answer>): Promise<Answer> {
    const done = this.#last.then(run);
    this.#last = done.catch(() => {});
    return done;
  }

  async #edit<No>(order: EditOrder<No>): Promise<CatalogChange | { readonly kind: "no"; readonly no: No }> {
    const before = this.current();
    const edited = order.edit(before);
    if (edited.kind === "no") return edited;
    const compilation = compileCatalog({ ...edited.catalog, revision: before.revision + 1 }, this.#means, before);
    if (compilation.kind === "refused") return { ...compilation, catalog: edited.catalog };
    const { compiled } = compilation;
    const parts = this.#form.changes(before.catalog, compiled.catalog);
    const made = parts.filter(({ key }) => !this.#revisions.has(key));
    const returning = await returningIds({ store: this.#store, form: this.#form }, made, compiled.catalog);
    if (returning.problems.length > 0)
      return { kind: "refused", problems: returning.problems, catalog: compiled.catalog };
    const warnings = [...compilation.warnings, ...returning.warnings];
    const cancels = await this.#waitingCancels(cancellations(before.catalog, compiled));
    const change = { kind: "changed", parts, cancels, warnings, catalog: compiled.catalog } as const;
    if (order.dryRun || parts.length === 0) return { ...change, revision: null };
    if (cancels.length > 0 && !order.cancelsWaiting) return { kind: "waiting", cancels };
    // Else a catalog that has the receiver again would wake what was to be cancelled.
    await this.#cancelRemaining();
    const at = this.#delivery.state.clock.now();
    const save: CatalogSave = { expected: before.revision, parts, at, by: order.by, account: order.account };
    const revision = await this.#save(save);
    if (revision === null) return this.#takeOver();
    for (const { key, document } of parts) {
      if (document === null) this.#revisions.delete(key);
      else this.#revisions.set(key, revision.revision);
    }
    await this.#putInForce(compiled);
    return { ...change, revision };
  }

  /** Of those receivers, the ones that something waits for. */
  async #waitingCancels(cancelled: ReadonlyMap<ReceiverId, CancelReason>): Promise<readonly WaitingCancel[]> {
    if (cancelled.size === 0) return [];
    const { waitingByReceiver } = await this.#log.totals();
    return waitingByReceiver.flatMap(({ receiverId, waiting }) => {
      const reason = cancelled.get(receiverId);
      return reason === undefined || waiting === 0 ? [] : [{ receiverId, reason, waiting }];
    });
  }

  /** The revision that was saved; null where another one came first. Rejects where nothing was saved. */
  async #save(save: CatalogSave): Promise<CatalogRevision | null> {
    let failure: unknown;
    try {
      return await this.#store.save(save);
    } catch (error) {
      failure = error;
    }
    // An answer that was lost on its way: without a look every later change would lose its race, until the next start.
    const next = await this.#store.revision(save.expected + 1);
    if (next === null) throw failure;
    const page = { limit: save.parts.length + 1, cursor: null };
    const { items } = await this.#store.history({ revision: next.revision }, page);
    const saved = new Map(items.map(({ key, after }) => [key, after]));
    const isOurs =
      next.savedAt === save.at &&
      next.savedBy === save.by &&
      saved.size === save.parts.length &&
      save.parts.every(({ key, document }) => saved.get(key) === document);
    return isOurs ? next : null;
  }

  /** Another change came first, by a process or a call whose answer was lost: it holds, so it is put in force. */
  async #takeOver(): Promise<CatalogChange> {
    const stored = await this.#store.current();
    const catalog = stored === null ? null : this.#form.read(stored);
    const compilation = catalog === null ? null : compileCatalog(catalog, this.#means);
    if (compilation?.kind === "compiled") {
      this.#revisions.clear();
      for (const { key, revision } of stored?.parts ?? []) this.#revisions.set(key, revision);
      await this.#putInForce(compilation.compiled);
    }
    return { kind: "lost_race", revision: stored?.revision ?? 0 };
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
