import assert from "node:assert/strict";
import { test } from "node:test";
import { receiverId } from "#src/core/ids.ts";
import type { Exchange, NetworkFault } from "#src/core/postbacks/attempt.ts";
import { judgeExchange } from "#src/core/postbacks/success-test.ts";
import { defaultEngineLimits } from "#src/engine/limits.ts";
import { aPartner } from "#test/support/a-catalog.ts";
import { aPostback } from "#test/support/a-recorded-event.ts";
import { anEvent, noon } from "#test/support/an-event.ts";
import { openBreaker } from "./breaker.ts";
import { type HandOver, type LeasedPostback, openReceiverLine } from "./receiver-line.ts";
import { healthOf, settlementOf } from "./settlement.ts";

const limits = defaultEngineLimits.delivery;
const partner = aPartner();
const { postback } = aPostback(anEvent());

const exchangeOf = (answer: Exchange["answer"]): Exchange => ({
  startedAt: noon,
  durationMs: 5,
  phases: { lookupMs: null, connectMs: null, firstByteMs: null },
  answer,
  remoteAddress: null,
});
const response = (status: number, retryAfterS: number | null = null) =>
  exchangeOf({ kind: "response", status, headers: [], body: "", bodyTruncated: false, retryAfterS });
const fault = (name: NetworkFault) => exchangeOf({ kind: "fault", fault: name, message: "" });

type Parts = Partial<Pick<LeasedPostback, "spent" | "strikes" | "attempts" | "lane">> & {
  readonly isProbe?: boolean;
  readonly isHeld?: boolean;
};

function settle(exchange: Exchange, { isProbe = false, isHeld = false, ...parts }: Parts = {}) {
  const handOver: HandOver = {
    receiver: { ...partner, id: receiverId("r"), appId: anEvent().appId, partnerId: partner.id, ruleId: null },
    isProbe,
    lineEpoch: 0,
    host: { name: "h", prefix: "", breaker: openBreaker(), lines: new Set(), probeLine: null },
    hostEpoch: 0,
  };
  const leased: LeasedPostback = {
    sequence: 1,
    postback,
    request: postback.request,
    line: openReceiverLine(receiverId("r")),
    lane: "first",
    attempts: 0,
    spent: 0,
    strikes: 0,
    expiresAt: null,
    leaseToken: "t",
    leaseUntil: noon,
    handedOver: handOver,
    ...parts,
  };
  const judged = judgeExchange({ exchange }, partner.success, partner.retryPolicy);
  return settlementOf({ leased, handOver, exchange, judged, isHeld, now: noon, fraction: 0 }, limits);
}

test("a retry waits for the delay of its place in the schedule, in the retry lane", () => {
  assert.deepEqual(settle(response(500)).next, {
    state: "pending",
    dueAt: noon + 5_000,
    lane: "retry",
    spent: 1,
    strikes: 0,
  });
  const second = settle(response(500), { spent: 1, attempts: 7, lane: "retry" });
  assert.deepEqual(second.next, { state: "pending", dueAt: noon + 30_000, lane: "retry", spent: 2, strikes: 0 });
  assert.deepEqual([second.attempt?.number, second.attempt?.spent], [8, true]);
});

test("when the schedule is used up the postback is dead", () => {
  assert.deepEqual(settle(response(500), { spent: 3 }).next, { state: "dead", reason: "exhausted" });
});

test("a receiver that asks for patience is given it", () => {
  const { next } = settle(response(503, 60));
  assert.equal(next.state === "pending" && next.dueAt, noon + 60_000);
});

test("a refusal ends the postback, unless its receiver refuses everything: then it is held and unspent", () => {
  assert.deepEqual(settle(response(403)).next, { state: "dead", reason: "permanent" });
  const held = settle(response(403), { isHeld: true });
  assert.deepEqual(held.next, { state: "pending", dueAt: noon, lane: "first", spent: 0, strikes: 0 });
  assert.equal(held.attempt?.spent, false);
});

test("whatever a probe hears, it ends nothing and spends nothing, unless it was delivered", () => {
  for (const exchange of [response(500), response(403), response(400), fault("reset"), fault("headers_timeout")]) {
    const { next, attempt } = settle(exchange, { isProbe: true, spent: 3 });
    assert.deepEqual(next, {
      state: "pending",
      dueAt: noon + limits.probeAgainMs,
      lane: "first",
      spent: 3,
      strikes: 0,
    });
    assert.equal(attempt?.spent, false);
  }
  assert.deepEqual(settle(response(204), { isProbe: true }).next, { state: "delivered" });
});

test("a fault of our own spends nothing, at any place in the schedule", () => {
  for (const name of ["name_lookup_failed", "secret_missing", "deadline"] as const) {
    const { next, attempt } = settle(fault(name), { spent: 3 });
    assert.deepEqual([next.state, next.state === "pending" && next.spent, attempt?.spent], ["pending", 3, false]);
  }
});

test("a crash of the sender is a strike; the third ends the postback, a probe's too", () => {
  const { next } = settle(fault("sender_crashed"), { strikes: 1 });
  assert.equal(next.state === "pending" && next.strikes, 2);
  for (const isProbe of [false, true]) {
    assert.deepEqual(settle(fault("sender_crashed"), { strikes: 2, isProbe }).next, {
      state: "dead",
      reason: "sender_crashed",
    });
  }
});

test("what an attempt says of its receiver: who answers is well, however it answers", () => {
  const healthy: readonly Exchange[] = [response(200), response(204), response(400), response(302), response(422)];
  const failing: readonly Exchange[] = [
    response(500),
    response(429),
    response(408),
    response(425),
    fault("reset"),
    fault("headers_timeout"),
  ];
  const refused: readonly Exchange[] = [401, 403, 404, 410].map((status) => response(status));
  const unheard: readonly Exchange[] = [
    fault("sender_crashed"),
    fault("name_lookup_failed"),
    fault("deadline"),
    fault("request_invalid"),
  ];
  for (const [health, exchanges] of Object.entries({ healthy, failing, refused, unheard })) {
    for (const exchange of exchanges) {
      const judged = judgeExchange({ exchange }, partner.success, partner.retryPolicy);
      assert.equal(healthOf(exchange, judged), health, JSON.stringify(exchange.answer));
    }
  }
});
