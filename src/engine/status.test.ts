import assert from "node:assert/strict";
import { test } from "node:test";
import { anAddressedCatalog, toEach } from "#test/support/an-addressed-catalog.ts";
import { accept, anEngine } from "#test/support/an-engine.ts";

const catalog = anAddressedCatalog({ north: { limits: { inFlightMax: 2, ratePerSecond: null } } });

test("the status counts what is queued, in hand and in flight, and attempts by their outcome", async () => {
  const under = await anEngine({ catalog });
  const held = under.faults.holdNext("record");
  const accepted = under.engine.journal.append(toEach("north", 5));
  await held.arrived;
  assert.equal(under.engine.status().intakeQueue, 5);
  under.sender.script(() => ({ kind: "by_hand" }));
  held.letGo();
  await accepted;
  await under.clock.rest();
  const status = under.engine.status();
  assert.deepEqual([status.intakeQueue, status.inHand, status.inFlight], [0, 5, 2]);
  assert.deepEqual([...status.inFlightByReceiver], [["integration:com.example.game:north", 2]]);
  const [first, second] = under.sender.inHand();
  assert.ok(first !== undefined && second !== undefined);
  under.sender.answer(first.ticket, { kind: "response", status: 200 });
  under.sender.answer(second.ticket, { kind: "response", status: 500 });
  await under.clock.rest();
  assert.deepEqual(under.engine.status().attempts, { delivered: 1, retryable: 1, permanent: 0 });
});

test("the observer hears of each batch and each attempt once it is durable", async () => {
  const batches: unknown[] = [];
  const attempts: unknown[] = [];
  const under = await anEngine({
    catalog,
    observer: {
      batchRecorded: ({ events, duplicates, postbacks, spilled }) =>
        batches.push([events, duplicates, postbacks, spilled]),
      attemptSettled: (postback, { attempt, next }, receipt) =>
        attempts.push([postback.id === under.sender.orders[0]?.headers[1], attempt?.number, next.state, receipt.kind]),
    },
  });
  const held = under.faults.holdNext("settle");
  await accept(under, toEach("north", 1));
  assert.deepEqual(batches, [[1, 0, 1, 0]]);
  assert.deepEqual(attempts, []);
  held.letGo();
  await under.clock.rest();
  assert.deepEqual(attempts, [[true, 1, "delivered", "settled"]]);
});
