import type { Catalog } from "#src/core/catalog/catalog.ts";
import type { CompiledCatalog } from "#src/core/compile/compiled-catalog.ts";
import { type NoticeTargetId, receiverId } from "#src/core/ids.ts";
import { concernsAccount } from "#src/core/notices/concerns-account.ts";
import { judgeNotices } from "#src/core/notices/judge-notices.ts";
import { type Notice, type NoticeTarget, type OpenNotice, type Trouble, troubleKey } from "#src/core/notices/notice.ts";
import type { DeliveryState } from "#src/engine/deliver/delivery-state.ts";
import type { SharedSender } from "#src/engine/deliver/shared-sender.ts";
import type { EngineStatus } from "#src/engine/engine.ts";
import type { Pause } from "#src/ports/catalog-store.ts";
import type { Clock } from "#src/ports/clock.ts";
import type { Mailer } from "#src/ports/mailer.ts";
import type { NoticeStore, QueuedNotice } from "#src/ports/notice-store.ts";
import type { Storage } from "#src/ports/storage.ts";
import { NoticePost, type Told } from "./notice-post.ts";
import { StandingWatch } from "./standing-watch.ts";

const minuteMs = 60_000;
/** Before the next try of a notice that was not heard; after the last it is given up. */
const retryDelaysMs = [1, 5, 15, 60, 120, 240, 480].map((minutes) => minutes * minuteMs);
const toldAtOnce = 20;
/** A breaker is not remembered over a restart: so long after it, that none is open does not say that all is well. */
const learnsForMs = 10 * minuteMs;

/** Tells people of what is wrong, and that it is over. What is to be told outlives a restart. */
export class Notices {
  readonly #store: NoticeStore;
  readonly #clock: Clock;
  readonly #watch: StandingWatch;
  readonly #post: NoticePost;
  readonly #compiled: () => CompiledCatalog;
  readonly #gaveUp: (error: Error) => void;
  readonly #startedAt: number;

  constructor(given: {
    readonly store: NoticeStore;
    readonly clock: Clock;
    readonly watch: StandingWatch;
    readonly post: NoticePost;
    readonly compiled: () => CompiledCatalog;
    readonly gaveUp: (error: Error) => void;
  }) {
    this.#store = given.store;
    this.#clock = given.clock;
    this.#watch = given.watch;
    this.#post = given.post;
    this.#compiled = given.compiled;
    this.#gaveUp = given.gaveUp;
    this.#startedAt = given.clock.monotonic();
  }

  readonly open = (): Promise<readonly OpenNotice[]> => this.#store.open();

  /** One notice that says it is a test, now, and what came of it. */
  readonly test = (target: NoticeTarget): Promise<Told> => {
    const now = this.#clock.now();
    const trouble = {
      kind: "receiver_failing",
      subject: "test",
      appId: target.appId,
      partnerId: null,
      detail: "this is a test: nothing is wrong",
      since: now,
    } as const;
    return this.#post.tell(target, { id: `test-${now}`, notice: { phase: "test", trouble, openedAt: now }, at: now });
  };

  /** Looks, queues what is to be told, and tells what is due. */
  async tick(): Promise<void> {
    const [troubles, open, targets] = await Promise.all([
      this.#watch.troubles(),
      this.#store.open(),
      this.#store.targets(),
    ]);
    const { receivers, catalog } = this.#compiled();
    const present = {
      hasReceiver: (id: string) => receivers.has(receiverId(id)),
      hasApp: (id: string) => catalog.apps.some((app) => app.id === id && app.active),
    };
    const judgeable = this.#judgeable(open, troubles);
    const judged = judgeNotices({ troubles, open: judgeable, present, now: this.#clock.now() });
    // Queued before it counts as told: a crash in between queues it again, under the same id.
    await this.#store.queue(judged.notices.flatMap((notice) => this.#queuedFor(targets, notice)));
    for (const notice of judged.open) await this.#store.putOpen(notice);
    for (const key of judged.closed) await this.#store.removeOpen(key);
    await this.#tellDue(new Map(targets.map((target) => [target.id, target])));
  }

  #judgeable(open: readonly OpenNotice[], troubles: readonly Trouble[]): readonly OpenNotice[] {
    if (this.#clock.monotonic() - this.#startedAt >= learnsForMs) return open;
    const seen = new Set(troubles.map(troubleKey));
    return open.filter((notice) => notice.kind !== "receiver_failing" || seen.has(troubleKey(notice)));
  }

  #queuedFor(targets: readonly NoticeTarget[], notice: Notice): readonly QueuedNotice[] {
    const at = this.#clock.now();
    const { catalog } = this.#compiled();
    return targets
      .filter((target) => target.active && isFor(target, notice, catalog))
      .map(({ id: targetId }) => {
        const { phase, openedAt, trouble } = notice;
        const turn = phase === "reminded" ? `${phase}:${at}` : phase;
        return {
          id: `${troubleKey(trouble)}:${openedAt}:${turn}:${targetId}`,
          targetId,
          notice,
          at,
          tries: 0,
          dueAt: at,
        };
      });
  }

  async #tellDue(targets: ReadonlyMap<NoticeTargetId, NoticeTarget>): Promise<void> {
    const due = await this.#store.due({ now: this.#clock.now(), limit: toldAtOnce });
    // Side by side: a webhook that hangs must not keep the others from hearing.
    await Promise.all(due.map((queued) => this.#tellOne(queued, targets.get(queued.targetId))));
  }

  async #tellOne(queued: QueuedNotice, target: NoticeTarget | undefined): Promise<void> {
    const told: Told = target === undefined ? { kind: "told" } : await this.#post.tell(target, queued);
    if (told.kind === "told") return this.#store.unqueue(queued.id);
    const delayMs = retryDelaysMs[queued.tries];
    if (delayMs !== undefined) {
      const dueAt = this.#clock.now() + delayMs;
      return this.#store.putOff({ id: queued.id, tries: queued.tries + 1, dueAt });
    }
    this.#gaveUp(new Error(`a notice to ${target?.name} was given up after ${queued.tries + 1} tries: ${told.reason}`));
    return this.#store.unqueue(queued.id);
  }
}

/** Puts the parts together: what is watched, where it is told. */
export const openNotices = (given: {
  readonly storage: Pick<Storage, "log" | "notices" | "secrets">;
  readonly state: DeliveryState;
  readonly sender: SharedSender;
  readonly mailer: Mailer | null;
  readonly status: () => EngineStatus;
  readonly pauses: () => readonly Pause[];
}): Notices => {
  const { storage, state, sender, mailer, status, pauses } = given;
  const { clock, observer } = state;
  const compiled = () => state.compiled;
  return new Notices({
    store: storage.notices,
    clock,
    watch: new StandingWatch({ log: storage.log, secrets: storage.secrets, clock, status, pauses, compiled }),
    post: new NoticePost({ sender, mailer }),
    compiled,
    gaveUp: (error) => observer.faulted?.("notices", error),
  });
};

function isFor(target: NoticeTarget, { trouble }: Notice, catalog: Catalog): boolean {
  if (target.kinds !== "*" && !target.kinds.includes(trouble.kind)) return false;
  if (target.appId !== null && trouble.appId !== target.appId) return false;
  return concernsAccount(trouble, target.accountId, catalog);
}
