import assert from "node:assert/strict";
import { type PostbackId, postbackId } from "#src/core/ids.ts";
import type { RenderedRequest } from "#src/core/postbacks/postback.ts";
import type { Storage } from "#src/ports/storage.ts";
import { anAttempt, network } from "#test/support/a-recorded-event.ts";
import { dayMs, noon } from "#test/support/an-event.ts";
import type { Guarantees } from "./guarantee.ts";
import {
  claimOne,
  detailOf,
  keepAll,
  receiverOf,
  recordPostback,
  recordPostbacks,
  retryAt,
  settlement,
  sweepAll,
} from "./recorded-postbacks.ts";

const version = (name: string): RenderedRequest => ({
  method: "POST",
  url: `https://partner.example/${name}`,
  headers: ["x-version", name],
  body: `{"version":"${name}"}`,
});

const rerender = (
  storage: Storage,
  postbackIds: readonly PostbackId[],
  { name = "v2", leaseToken = null }: { readonly name?: string; readonly leaseToken?: string | null } = {},
) =>
  storage.store.rerender({
    versions: postbackIds.map((postbackId) => ({ postbackId, request: version(name), leaseToken })),
    at: noon + 100,
  });

const dead = { state: "dead", reason: "exhausted" } as const;

export const rerenderGuarantees: Guarantees = {
  "what waits is claimed, read and found with the newest request, under its id and in its place": async (storage) => {
    const [one, other] = await recordPostbacks(storage, [
      {},
      { start: { kind: "pending", dueAt: noon + 1, lane: "first" } },
    ]);
    assert.ok(one !== undefined && other !== undefined);
    const before = await detailOf(storage, one.id);
    const neighbour = await detailOf(storage, other.id);
    assert.deepEqual(await rerender(storage, [one.id]), [one.id]);
    assert.deepEqual(await rerender(storage, [one.id], { name: "v3" }), [one.id]);
    const detail = await detailOf(storage, one.id);
    assert.deepEqual(detail, {
      ...before,
      request: version("v3"),
      postback: { ...before.postback, request: version("v3") },
    });
    const found = await storage.log.findPostbacks({ eventId: one.event.id }, { limit: 10, cursor: null });
    assert.deepEqual(found.items[0]?.postback.request, version("v3"));
    const owed = await claimOne(storage);
    assert.deepEqual(
      [owed.sequence, owed.request, owed.postback.request],
      [one.sequence, version("v3"), version("v3")],
    );
    assert.deepEqual(await detailOf(storage, other.id), neighbour);
  },

  "a retry that waits keeps its schedule and the numbering of its attempts": async (storage) => {
    const { id } = await recordPostback(storage);
    await storage.store.settle([settlement(await claimOne(storage), anAttempt(1, { status: 500 }), retryAt(noon + 5))]);
    assert.deepEqual(await rerender(storage, [id]), [id]);
    const owed = await claimOne(storage, { lane: "retry", now: noon + 5 });
    assert.deepEqual([owed.attempts, owed.spent, owed.request], [1, 1, version("v2")]);
  },

  "what is leased is left alone, unless its holder says that it is not being sent": async (storage) => {
    const { id, sequence } = await recordPostback(storage);
    const { leaseToken, request } = await claimOne(storage);
    assert.deepEqual(await rerender(storage, [id]), []);
    assert.deepEqual(await rerender(storage, [id], { leaseToken: "lease-of-another" }), []);
    assert.deepEqual((await detailOf(storage, id)).request, request);
    assert.deepEqual(await rerender(storage, [id], { leaseToken }), [id]);
    await storage.store.release({ sequences: [sequence], leaseToken, dueAt: noon });
    assert.deepEqual((await claimOne(storage)).request, version("v2"));
  },

  "what has ended, is cancelled or is unknown is left alone": async (storage) => {
    const [delivered, died, cancelled, inFlight] = await recordPostbacks(storage, [
      { start: { kind: "leased" } },
      { start: { kind: "leased" } },
      {},
      { start: { kind: "leased" } },
    ]);
    assert.ok(delivered !== undefined && died !== undefined && cancelled !== undefined && inFlight !== undefined);
    const leaseToken = "lease-of-record";
    await storage.store.settle([
      settlement({ ...delivered, leaseToken }, anAttempt(1), { state: "delivered" }),
      settlement({ ...died, leaseToken }, anAttempt(1, { status: 500 }), dead),
    ]);
    const which = { postbackIds: [cancelled.id, inFlight.id] };
    await storage.store.cancel({ which, reason: "by_request", at: noon });
    const ids = [delivered.id, died.id, cancelled.id, inFlight.id, postbackId("unknown")];
    const before = await Promise.all(ids.slice(0, 4).map((id) => detailOf(storage, id)));
    assert.deepEqual(await rerender(storage, ids, { leaseToken }), []);
    assert.deepEqual(await Promise.all(ids.slice(0, 4).map((id) => detailOf(storage, id))), before);
  },

  "what its receiver's cancellation has taken is left alone": async (storage) => {
    const { id } = await recordPostback(storage);
    await storage.store.cancel({
      which: { receiverId: receiverOf(network) },
      reason: "integration_removed",
      at: noon,
    });
    assert.deepEqual(await rerender(storage, [id]), []);
  },

  "what was re-rendered, died and is replayed goes as it was last": async (storage) => {
    const { id } = await recordPostback(storage);
    await rerender(storage, [id]);
    await storage.store.settle([settlement(await claimOne(storage), anAttempt(1, { status: 500 }), dead)]);
    assert.deepEqual((await detailOf(storage, id)).request, version("v2"));
    await storage.store.replay({ postbackIds: [id], dueAt: noon, expiresAt: () => null });
    assert.deepEqual((await claimOne(storage, { lane: "retry" })).request, version("v2"));
  },

  "a postback that is kept keeps its newest request": async (storage) => {
    const [waiting, died] = await recordPostbacks(storage, [{}, { start: { kind: "leased" } }]);
    assert.ok(waiting !== undefined && died !== undefined);
    const leaseToken = "lease-of-record";
    await rerender(storage, [waiting.id, died.id], { leaseToken });
    await storage.store.settle([settlement({ ...died, leaseToken }, anAttempt(1, { status: 500 }), dead)]);
    const retention = { ...keepAll, eventsMs: 30 * dayMs, deadMs: 90 * dayMs };
    await sweepAll(storage, noon + 60 * dayMs, { retention });
    assert.deepEqual((await detailOf(storage, died.id)).request, version("v2"));
    assert.deepEqual((await detailOf(storage, waiting.id)).request, version("v2"));
    assert.deepEqual(await rerender(storage, [waiting.id], { name: "v3" }), [waiting.id]);
    assert.deepEqual((await claimOne(storage, { now: noon + 60 * dayMs })).request, version("v3"));
    await sweepAll(storage, noon + 91 * dayMs, { retention });
    assert.equal(await storage.log.readPostback(died.id), null);
  },
};
