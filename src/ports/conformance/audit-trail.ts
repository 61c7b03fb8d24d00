import assert from "node:assert/strict";
import { accountId, appId } from "#src/core/ids.ts";
import type { Act, ActFilter, KeptAct } from "#src/ports/audit-trail.ts";
import type { Storage } from "#src/ports/storage.ts";
import { noon } from "#test/support/an-event.ts";
import type { Guarantees } from "./guarantee.ts";

export const anAct = (given: Partial<Act> = {}): Act => ({
  at: noon,
  actor: { id: "key_1", name: "ops", account: accountId("main") },
  account: accountId("acme"),
  appId: null,
  kind: "key",
  subject: "key_2",
  verb: "made",
  before: null,
  after: '{"name":"ios"}',
  ...given,
});

const acts: readonly Act[] = [
  anAct(),
  anAct({ at: noon + 1, kind: "secret", subject: "net.key", verb: "set", after: null }),
  anAct({ at: noon + 2, verb: "rotated", before: '{"name":"ios"}', appId: appId("com.acme.shop") }),
  anAct({ at: noon + 3, account: accountId("main"), subject: "key_3", verb: "removed" }),
  anAct({ at: noon + 4, actor: { id: "key_9", name: "agency", account: accountId("bright") }, kind: "pause" }),
];
const all = { limit: 100, cursor: null };
const bare = ({ cursor: _, ...act }: KeptAct): Act => act;

const findTimes = async ({ audit }: Storage, filter: ActFilter): Promise<readonly number[]> =>
  (await audit.find(filter, all)).items.map(({ at }) => at - noon);

export const auditGuarantees: Guarantees = {
  "acts are told as they were appended, the newest first": async ({ audit }) => {
    assert.deepEqual(await audit.find({}, all), { items: [], nextCursor: null });
    await audit.append(acts.slice(0, 2));
    await audit.append([]);
    await audit.append(acts.slice(2));
    const { items, nextCursor } = await audit.find({}, all);
    assert.deepEqual([items.map(bare), nextCursor], [acts.toReversed(), null]);
  },

  "acts come in pages, and from behind any of them": async ({ audit }) => {
    await audit.append(acts);
    const first = await audit.find({}, { limit: 2, cursor: null });
    const second = await audit.find({}, { limit: 3, cursor: first.nextCursor });
    assert.deepEqual([...first.items, ...second.items].map(bare), acts.toReversed());
    assert.equal(second.nextCursor, null);
    const behind = await audit.find({}, { limit: 10, cursor: first.items[0]?.cursor ?? null });
    assert.deepEqual(behind.items.map(bare), acts.slice(0, -1).toReversed());
  },

  "the oldest acts are forgotten, some at a time, and cursors go on behind them": async (storage) => {
    const { audit } = storage;
    await audit.append(acts);
    const first = await audit.find({}, { limit: 1, cursor: null });
    assert.equal(await audit.forgetBefore({ at: noon + 3, limit: 2 }), 2);
    assert.deepEqual(await findTimes(storage, {}), [4, 3, 2]);
    assert.equal(await audit.forgetBefore({ at: noon + 3, limit: 2 }), 1);
    assert.equal(await audit.forgetBefore({ at: noon + 3, limit: 2 }), 0);
    const rest = await audit.find({}, { limit: 9, cursor: first.nextCursor });
    assert.deepEqual(rest.items.map(bare), [acts[3]]);
    await audit.append([anAct({ at: noon + 9 })]);
    assert.deepEqual(await findTimes(storage, {}), [9, 4, 3]);
  },

  "acts are found by kind, subject, app, account, person and time": async (storage) => {
    await storage.audit.append(acts);
    assert.deepEqual(await findTimes(storage, { kind: "key" }), [3, 2, 0]);
    assert.deepEqual(await findTimes(storage, { kind: "key", subject: "key_2" }), [2, 0]);
    assert.deepEqual(await findTimes(storage, { appId: appId("com.acme.shop") }), [2]);
    assert.deepEqual(await findTimes(storage, { account: accountId("main") }), [3]);
    assert.deepEqual(await findTimes(storage, { involves: accountId("bright") }), [4]);
    assert.deepEqual(await findTimes(storage, { involves: accountId("main") }), [3, 2, 1, 0]);
    assert.deepEqual(await findTimes(storage, { involves: accountId("acme"), account: accountId("main") }), []);
    assert.deepEqual(await findTimes(storage, { by: "agency" }), [4]);
    assert.deepEqual(await findTimes(storage, { from: noon + 1, to: noon + 3 }), [2, 1]);
  },
};
