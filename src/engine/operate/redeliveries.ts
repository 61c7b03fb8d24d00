import { nothingShown, type Verdict } from "#src/core/decide/verdict.ts";
import type { PostbackId } from "#src/core/ids.ts";
import { isErased } from "#src/core/personal-data/erasure.ts";
import type { Postback, RenderedRequest } from "#src/core/postbacks/postback.ts";
import { eventIdOfPostback, postbackIdOf } from "#src/core/postbacks/postback-id.ts";
import type { Receiver } from "#src/core/postbacks/receiver.ts";
import { removalReasonOf, wholeTargetKey } from "#src/core/postbacks/target-key.ts";
import type { Delivery } from "#src/engine/deliver/delivery.ts";
import type { Engine, MadeAnew, Redelivered, ReplayRender, Tell } from "#src/engine/engine.ts";
import type { DeliveryLog, PostbackDetail, StoredEvent } from "#src/ports/delivery-log.ts";
import type { Store } from "#src/ports/store.ts";
import { receiversWithoutRevenue, revokedReceivers } from "./catalog-cancellations.ts";

type Order = { readonly render: ReplayRender; readonly tell?: Tell<MadeAnew> | undefined };
type Rendered =
  | { readonly kind: "rendered"; readonly request: RenderedRequest; readonly receiver: Receiver }
  | { readonly kind: "no_match"; readonly reason: string };

/**
 * Makes a new postback from an old one, with an id of its own: as it was sent, or as today's catalog
 * would make it. As it was sent it is the same byte for byte, so that a macro in it still shows the
 * old id, while the header has the new one; rendered anew, both have the new one.
 */
export class Redeliveries {
  readonly #store: Store;
  readonly #log: DeliveryLog;
  readonly #delivery: Delivery;
  /** The last redelivery of each event that is under way. */
  readonly #last = new Map<string, Promise<void>>();

  constructor(given: { readonly store: Store; readonly log: DeliveryLog; readonly delivery: Delivery }) {
    this.#store = given.store;
    this.#log = given.log;
    this.#delivery = given.delivery;
  }

  readonly redeliver: Engine["redeliver"] = (id, render, tell) =>
    this.#inTurn(id, () => this.#redeliver(id, { render, tell }));

  /** As `redeliver` by today's catalog, unless that has been done since: answers whether it is done. */
  redeliverOnce(id: PostbackId, since: number): Promise<boolean> {
    return this.#inTurn(id, () => this.#redeliverOnce(id, since));
  }

  /** One after the other for each event: its next number is read first and written afterwards. */
  async #inTurn<Answer>(id: PostbackId, make: () => Promise<Answer>): Promise<Answer> {
    const event = eventIdOfPostback(id) ?? id;
    const made = (this.#last.get(event) ?? Promise.resolve()).then(make);
    const ended = made.then(
      () => {},
      () => {},
    );
    this.#last.set(event, ended);
    try {
      return await made;
    } finally {
      if (this.#last.get(event) === ended) this.#last.delete(event);
    }
  }

  async #redeliver(id: PostbackId, { render, tell = () => [] }: Order): Promise<Redelivered> {
    const old = await this.#log.readPostback(id);
    if (old === null) return { kind: "unknown" };
    const stored = await this.#log.readEvent(old.postback.eventId);
    if (stored === null) return { kind: "unknown" };
    if (isErased(stored.event)) return { kind: "no_match", reason: "erased" };
    const redelivery = nextRedelivery(old.postback, stored.postbackIds);
    const rendered = this.#render(old, { stored, render, redelivery });
    if (rendered.kind === "no_match") return rendered;
    const { clock } = this.#delivery.state;
    const now = clock.now();
    const { request, receiver } = rendered;
    const postback: Postback = {
      ...old.postback,
      id: postbackIdOf(old.postback.eventId, targetTagOf(old.postback), redelivery),
      request,
      createdAt: now,
      expiresAt: receiver.expiresAfterMs === null ? null : now + receiver.expiresAfterMs,
      redelivery,
    };
    const acts = tell({ id: postback.id, appId: stored.event.appId });
    await this.#store.redeliver({ postback, start: { kind: "pending", dueAt: now, lane: "first" } }, acts);
    this.#delivery.takeWaiting(postback.receiverId);
    return { kind: "made", id: postback.id, before: old.request, after: request };
  }

  async #redeliverOnce(id: PostbackId, since: number): Promise<boolean> {
    const old = await this.#log.readPostback(id);
    const stored = old === null ? null : await this.#log.readEvent(old.postback.eventId);
    if (old === null || stored === null) return false;
    for (const other of redeliveriesOf(old.postback, stored.postbackIds)) {
      const made = await this.#log.readPostback(other);
      if (made !== null && made.postback.createdAt >= since) return true;
    }
    const redelivered = await this.#redeliver(id, { render: "current" });
    return redelivered.kind === "made";
  }

  #render(
    { postback, request, renderMessage }: PostbackDetail,
    {
      stored,
      render,
      redelivery,
    }: { readonly stored: StoredEvent; readonly render: ReplayRender; readonly redelivery: number },
  ): Rendered {
    const { compiled } = this.#delivery.state;
    const receiver = compiled.receivers.get(postback.receiverId);
    if (receiver === undefined) return { kind: "no_match", reason: removalReasonOf(postback.receiverId) };
    // What could not be rendered was never a request: as it was sent there is nothing to send.
    if (render === "as_sent" && renderMessage !== null) return { kind: "no_match", reason: "render_error" };
    // Rendered anew, the decision itself asks for the grant.
    if (render === "as_sent" && revokedReceivers(compiled.catalog).has(postback.receiverId))
      return { kind: "no_match", reason: "grant_revoked" };
    // What was sent may tell what was paid, from when that was shared still: only a decision of today leaves it out.
    const isAsSent = render === "as_sent" && !receiversWithoutRevenue(compiled.catalog).has(postback.receiverId);
    if (isAsSent) return { kind: "rendered", request, receiver };
    const verdict = compiled.apps.get(stored.event.appId)?.decide(stored.event, { ...nothingShown, redelivery });
    const match = verdict?.matches.find(({ decision }) => decision.targetKey === postback.targetKey);
    if (match === undefined) return { kind: "no_match", reason: reasonOf(verdict, postback.targetKey) };
    if (match.rendered.kind === "dead") return { kind: "no_match", reason: match.rendered.reason };
    return { kind: "rendered", request: match.rendered.request, receiver: match.receiver };
  }
}

function reasonOf(verdict: Verdict | undefined, targetKey: string): string {
  const decisions = verdict?.decisions ?? [];
  // Where no mapping was reached the decision is about the integration as a whole.
  const decision =
    decisions.find((other) => other.targetKey === targetKey) ??
    decisions.find((other) => other.targetKey === wholeTargetKey(targetKey));
  return decision?.outcome.kind === "skip" ? decision.outcome.reason : "target_removed";
}

/** `<event id>-<target tag>[-<number>]`, see `postback-id.ts`. */
function targetTagOf({ id, eventId, redelivery }: Postback): string {
  const tail = id.slice(eventId.length + 1);
  return redelivery === 0 ? tail : tail.slice(0, tail.length - String(redelivery).length - 1);
}

/** Redeliveries of the event to the same target. */
const redeliveriesOf = (postback: Postback, ofEvent: readonly PostbackId[]): readonly PostbackId[] =>
  ofEvent.filter((id) => id.startsWith(`${originalIdOf(postback)}-`));

/** One more than the highest that this event has for the target. */
function nextRedelivery(postback: Postback, ofEvent: readonly PostbackId[]): number {
  const numbers = redeliveriesOf(postback, ofEvent).map((id) => Number(id.slice(originalIdOf(postback).length + 1)));
  return Math.max(postback.redelivery, ...numbers, 0) + 1;
}

const originalIdOf = (postback: Postback): PostbackId => postbackIdOf(postback.eventId, targetTagOf(postback), 0);
