import { type Match, nothingShown, type Verdict } from "#src/core/decide/verdict.ts";
import type { Event } from "#src/core/events/event.ts";
import type { PostbackId } from "#src/core/ids.ts";
import { holdsTarget } from "#src/core/permissions/log-scope.ts";
import { isErased } from "#src/core/personal-data/erasure.ts";
import type { Postback } from "#src/core/postbacks/postback.ts";
import { postbackIdOf } from "#src/core/postbacks/postback-id.ts";
import { wholeTargetKey } from "#src/core/postbacks/target-key.ts";
import type { Delivery } from "#src/engine/deliver/delivery.ts";
import { ownerOfTarget } from "#src/ports/counters.ts";
import type { RecordedDecision, Scanned } from "#src/ports/delivery-log.ts";
import type { Storage } from "#src/ports/storage.ts";
import type { BackfillFilter } from "./backfill.ts";

type ScannedEvent = Scanned["items"][number];
type Terms = { readonly filter: BackfillFilter; readonly dryRun: boolean; readonly since: number };
type Done = {
  /** By integration or rule. `isNew` is false for what this job made before a crash, and for a dry run. */
  readonly made: readonly { readonly target: string; readonly isNew: boolean }[];
  readonly alreadyServed: number;
};
type Served = { readonly targetKey: string; readonly id: PostbackId; readonly createdAt: number };

type RenderedMatch = Match & { readonly rendered: { readonly kind: "request" } };

const isRendered = (match: Match): match is RenderedMatch => match.rendered.kind === "request";
const nothing: Done = { made: [], alreadyServed: 0 };

/** Sends one stored event to those of today's targets whose partner has not had it, by whichever configurator. */
export class BackfillOfEvent {
  readonly #storage: Storage;
  readonly #delivery: Delivery;

  constructor(given: { readonly storage: Storage; readonly delivery: Delivery }) {
    this.#storage = given.storage;
    this.#delivery = given.delivery;
  }

  async backfill({ event, decisions }: ScannedEvent, terms: Terms): Promise<Done> {
    const matches = this.#matchesNow(event, terms.filter).filter((match) => isMeant(match, decisions, terms.filter));
    if (matches.length === 0) return nothing;
    // Only now is it worth asking what the event has had: most events match nothing.
    const served = await this.#served(event);
    const made: Done["made"][number][] = [];
    let alreadyServed = 0;
    for (const match of matches) {
      const { targetKey } = match.decision;
      const before = served.filter((postback) => ownerOfTarget(postback.targetKey) === ownerOfTarget(targetKey));
      const target = wholeTargetKey(targetKey);
      const isOfThisJob = before.every(({ createdAt }) => createdAt >= terms.since);
      if (before.some((postback) => postback.targetKey === targetKey) && isOfThisJob) {
        made.push({ target, isNew: false });
      } else if (before.length > 0 && !isOfThisJob) alreadyServed += 1;
      else {
        if (!terms.dryRun) await this.#make(event, match, served);
        made.push({ target, isNew: !terms.dryRun });
      }
    }
    return { made, alreadyServed };
  }

  /** What could not be rendered would only make a dead postback of an event that was none. */
  #matchesNow(event: Event, filter: BackfillFilter): readonly RenderedMatch[] {
    const { within } = filter;
    if (isErased(event)) return [];
    const { limits, clock } = this.#delivery.state;
    const verdict = this.#decide(event, 1);
    if (verdict === null) return [];
    // An event that still waits for its install will be decided anew by itself.
    const graceUntil = event.receivedAt + limits.intake.lateInstallGraceMs;
    if (verdict.waitsForInstall && event.enrichment === null && graceUntil > clock.now()) return [];
    // What fires once for a device is decided where its mark is written: at acceptance.
    const once = new Set(verdict.marks.map(({ targetKey }) => targetKey));
    return verdict.matches
      .filter(({ decision }) => !once.has(decision.targetKey))
      .filter(({ receiver }) => filter.partnerId === undefined || receiver.partnerId === filter.partnerId)
      .filter(({ decision }) => within === undefined || holdsTarget(within, event.appId, decision.targetKey))
      .filter(isRendered);
  }

  /** Macros may show the postback's id: it is rendered with the number that it will have. */
  #decide(event: Event, redelivery: number): Verdict | null {
    const app = this.#delivery.state.compiled.apps.get(event.appId);
    return app?.decide(event, { ...nothingShown, redelivery }) ?? null;
  }

  #renderedAs(event: Event, { decision }: Match, redelivery: number): RenderedMatch | null {
    const matches = this.#decide(event, redelivery)?.matches.filter(isRendered) ?? [];
    return matches.find((match) => match.decision.targetKey === decision.targetKey) ?? null;
  }

  async #served({ id }: Event): Promise<readonly Served[]> {
    const stored = await this.#storage.log.readEvent(id);
    const details = await Promise.all((stored?.postbackIds ?? []).map((one) => this.#storage.log.readPostback(one)));
    return details.flatMap((detail) => (detail === null ? [] : [detail.postback]));
  }

  /** In the retry lane, so that it pushes nothing new aside. */
  async #make(event: Event, match: RenderedMatch, served: readonly Served[]): Promise<void> {
    const { receiver, targetTag, decision } = match;
    const now = this.#delivery.state.clock.now();
    const redelivery = nextNumber(postbackIdOf(event.id, targetTag, 0), served);
    const { rendered } = redelivery === 1 ? match : (this.#renderedAs(event, match, redelivery) ?? match);
    const postback: Postback = {
      id: postbackIdOf(event.id, targetTag, redelivery),
      eventId: event.id,
      receiverId: receiver.id,
      targetKey: decision.targetKey,
      request: rendered.request,
      createdAt: now,
      expiresAt: receiver.expiresAfterMs === null ? null : now + receiver.expiresAfterMs,
      redelivery,
    };
    await this.#storage.store.redeliver({ postback, start: { kind: "pending", dueAt: now, lane: "retry" } });
  }
}

/** Whether the event was skipped for this integration, for the reason that is asked for; one that was not looked at then was skipped too. */
function isMeant({ decision }: Match, recorded: readonly RecordedDecision[], { reason }: BackfillFilter): boolean {
  const before = recorded.filter(({ targetKey }) => ownerOfTarget(targetKey) === ownerOfTarget(decision.targetKey));
  if (before.some(({ code }) => code === "match")) return false;
  return reason === undefined || before.some(({ code }) => code === reason);
}

/** 0 is the postback that acceptance would have made: a late install may still want to make it. */
function nextNumber(original: PostbackId, served: readonly Served[]): number {
  const numbers = served.map(({ id }) => (id.startsWith(`${original}-`) ? Number(id.slice(original.length + 1)) : 0));
  return Math.max(0, ...numbers) + 1;
}
