import assert from "node:assert/strict";
import { mainAccountId } from "#src/core/catalog/main-account.ts";
import { apiKeyId, partKey, secretName } from "#src/core/ids.ts";
import type { Storage } from "#src/ports/storage.ts";
import type { OwedPostback } from "#src/ports/store.ts";
import { aBatch, anAttempt, anInstallRecord, aRecordedEvent, network } from "#test/support/a-recorded-event.ts";
import { anEvent, dayMs, hourMs, noon } from "#test/support/an-event.ts";
import { anAct } from "./audit-trail.ts";
import type { LastingGuarantees } from "./guarantee.ts";
import {
  claim,
  claimOne,
  detailOf,
  receiverOf,
  recordPostback,
  recordPostbacks,
  retryAt,
  settlement,
  sweepAll,
} from "./recorded-postbacks.ts";

/** After every real clock: what is due at once after a recovery is due by then. */
const muchLater = noon + 10_000 * dayMs;
const dead = { state: "dead", reason: "exhausted" } as const;

const claimFirst = (storage: Storage): Promise<readonly OwedPostback[]> =>
  claim(storage, { now: muchLater, leaseToken: "lease-after" });

export const recoveryGuarantees: LastingGuarantees = {
  "what was leased is claimable at once, without a spent attempt or a strike": async (before, reopen) => {
    const recorded = await recordPostbacks(before, [{ start: { kind: "leased" } }, {}]);
    await claimOne(before);
    const storage = await reopen();
    const claimed = await claimFirst(storage);
    assert.deepEqual(
      claimed.map(({ sequence }) => sequence).toSorted((one, other) => one - other),
      recorded.map(({ sequence }) => sequence),
    );
    for (const { attempts, spent, strikes } of claimed) assert.deepEqual([attempts, spent, strikes], [0, 0, 0]);
  },

  "what had ended is not sent again": async (before, reopen) => {
    const [heard, died, kept] = await recordPostbacks(before, [
      { start: { kind: "leased" } },
      { start: { kind: "leased" } },
      { start: { kind: "leased" } },
    ]);
    assert.ok(heard !== undefined && died !== undefined && kept !== undefined);
    const leaseToken = "lease-of-record";
    await before.store.settle([
      settlement({ ...heard, leaseToken }, anAttempt(1), { state: "delivered" }),
      settlement({ ...died, leaseToken }, anAttempt(1, { status: 500 }), dead),
    ]);
    const storage = await reopen();
    assert.deepEqual(
      (await claimFirst(storage)).map(({ sequence }) => sequence),
      [kept.sequence],
    );
    assert.equal((await detailOf(storage, heard.id)).state, "delivered");
    assert.equal((await detailOf(storage, died.id)).reason, "exhausted");
  },

  "a crash between recovery and the first attempt loses nothing": async (before, reopen) => {
    const { sequence } = await recordPostback(before, { start: { kind: "leased" } });
    await reopen();
    const claimed = await claimFirst(await reopen());
    assert.deepEqual(
      claimed.map((owed) => owed.sequence),
      [sequence],
    );
    assert.equal((await claimFirst(await reopen()))[0]?.sequence, sequence);
  },

  "a retry keeps its time, lane and what it has spent": async (before, reopen) => {
    const { sequence } = await recordPostback(before, { start: { kind: "leased" }, expiresAt: noon + dayMs });
    const lease = { sequence, leaseToken: "lease-of-record" };
    await before.store.settle([settlement(lease, anAttempt(1, { status: 500 }), retryAt(noon + 5_000, 1, 1))]);
    const storage = await reopen();
    assert.deepEqual(await claim(storage, { lane: "retry", now: noon + 4_999 }), []);
    const { attempts, spent, strikes, expiresAt } = await claimOne(storage, { lane: "retry", now: noon + 5_000 });
    assert.deepEqual(
      { attempts, spent, strikes, expiresAt },
      { attempts: 1, spent: 1, strikes: 1, expiresAt: noon + dayMs },
    );
  },

  "a lease from before settles nothing, but its attempt is kept": async (before, reopen) => {
    const { sequence, id } = await recordPostback(before, { start: { kind: "leased" } });
    const storage = await reopen();
    const lost = { sequence, leaseToken: "lease-of-record" };
    assert.deepEqual(await storage.store.settle([settlement(lost, anAttempt(1), { state: "delivered" })]), [
      { kind: "stale" },
    ]);
    const detail = await detailOf(storage, id);
    assert.deepEqual([detail.state, detail.attemptLog.length], ["pending", 1]);
  },

  "a receiver's cancellation outlives the process": async (before, reopen) => {
    const [inFlight, waiting] = await recordPostbacks(before, [{ start: { kind: "leased" } }, {}]);
    assert.ok(inFlight !== undefined && waiting !== undefined);
    await before.store.cancel({ which: { receiverId: receiverOf(network) }, reason: "grant_revoked", at: noon });
    const storage = await reopen();
    assert.deepEqual(await claimFirst(storage), []);
    await sweepAll(storage, noon + 1);
    assert.deepEqual((await detailOf(storage, waiting.id)).reason, "grant_revoked");
    assert.deepEqual((await detailOf(storage, inFlight.id)).reason, "grant_revoked");
  },

  "a re-rendered request outlives the process, of what waited and of what was leased": async (before, reopen) => {
    const [waiting, leased] = await recordPostbacks(before, [{}, { start: { kind: "leased" } }]);
    assert.ok(waiting !== undefined && leased !== undefined);
    const request = { method: "POST", url: "https://partner.example/v2", headers: ["x-a", "1"], body: "{}" } as const;
    const versions = [
      { postbackId: waiting.id, request, leaseToken: null },
      { postbackId: leased.id, request, leaseToken: "lease-of-record" },
    ];
    assert.deepEqual(await before.store.rerender({ versions, at: noon }), [waiting.id, leased.id]);
    const claimed = await claimFirst(await reopen());
    assert.deepEqual(
      claimed.map((owed) => owed.request),
      [request, request],
    );
  },

  "sequences are not used twice": async (before, reopen) => {
    const first = await recordPostback(before);
    const second = await recordPostback(await reopen());
    assert.ok(first.sequence < second.sequence);
  },
};

export const lastingGuarantees: LastingGuarantees = {
  "every acknowledged event, decision, postback and attempt is there": async (before, reopen) => {
    const event = anEvent({ value: '{"af_revenue":120.00}', fields: { customer_user_id: "u-1" } });
    const { id } = await recordPostback(before, { event });
    await before.store.settle([settlement(await claimOne(before), anAttempt(1), { state: "delivered" })]);
    const [stored, detail, totals] = [
      await before.log.readEvent(event.id),
      await detailOf(before, id),
      await before.log.totals(),
    ];
    const { log } = await reopen();
    const after = await log.readEvent(event.id);
    assert.equal(after?.event.source, event.source);
    assert.deepEqual(after?.decisions, stored?.decisions);
    assert.deepEqual(after?.postbackIds, [id]);
    assert.deepEqual(await log.readPostback(id), detail);
    assert.deepEqual(await log.totals(), totals);
    const found = await log.findEvents({ key: { kind: "user_id", value: "u-1" } }, { limit: 10, cursor: null });
    assert.equal(found.items[0]?.event.id, event.id);
  },

  "client event ids, installs and waiting events are still known": async (before, reopen) => {
    const install = anEvent({ type: "install", clientEventId: "client-1" });
    const waiting = aRecordedEvent({ waits: { keys: ["install_id:device-2"], until: noon + hourMs } });
    await before.store.record(
      aBatch([aRecordedEvent({ event: install }), waiting], { installs: [anInstallRecord({ eventId: install.id })] }),
    );
    const { appId } = install;
    const answer = await (await reopen()).knowledge.lookUp({
      clientEventIds: [{ appId, clientEventId: "client-1" }],
      installs: [{ appId, keys: ["install_id:device-1"] }],
      waiting: [{ appId, keys: ["install_id:device-2"], now: noon }],
      marks: [],
    });
    assert.deepEqual(answer.clientEventIds, [install.id]);
    assert.equal(answer.installs[0]?.eventId, install.id);
    assert.equal(answer.waiting[0]?.[0]?.event.id, waiting.event.id);
  },

  "catalog, pauses, keys, secrets, jobs and acts are there": async (before, reopen) => {
    const saved = await before.catalog.save({
      expected: 0,
      parts: [{ key: partKey("everything"), document: '{"active":true}' }],
      at: noon,
      by: "local",
      account: null,
    });
    await before.catalog.setPause({ scope: { level: "everything" }, since: noon, by: "local" });
    const key = {
      id: apiKeyId("key-1"),
      firstId: apiKeyId("key-0"),
      kind: "management",
      name: "k",
      accountId: mainAccountId,
      role: "admin",
      appId: null,
      hash: "h",
      hint: "ck",
      createdAt: noon,
      expiresAt: null,
      ratePerSecond: null,
      origins: [],
      lastUsedAt: noon,
    } as const;
    await before.keys.add(key);
    const secret = { name: secretName("token"), box: "sealed", updatedAt: noon };
    await before.secrets.put(secret);
    const job = {
      id: "job-1",
      kind: "replay",
      status: "running",
      createdAt: noon,
      updatedAt: noon,
      state: "{}",
    } as const;
    await before.jobs.put(job);
    await before.audit.append([anAct()]);
    const storage = await reopen();
    assert.deepEqual(await storage.catalog.revision(), saved);
    assert.deepEqual((await storage.catalog.current())?.parts, [
      { key: "everything", revision: 1, document: '{"active":true}' },
    ]);
    assert.equal((await storage.catalog.pauses()).length, 1);
    assert.deepEqual(await storage.keys.all(), [key]);
    assert.deepEqual(await storage.secrets.all(), [secret]);
    assert.deepEqual(await storage.jobs.unfinished(), [job]);
    assert.equal((await storage.audit.find({}, { limit: 2, cursor: null })).items.length, 1);
  },

  "what a close finds under way is there, or was not acknowledged": async (before, reopen) => {
    const event = anEvent();
    const acknowledged = before.store.record(aBatch([aRecordedEvent({ event })])).then(
      () => true,
      () => false,
    );
    const { log } = await reopen();
    assert.equal((await log.readEvent(event.id)) !== null, await acknowledged);
  },
};
