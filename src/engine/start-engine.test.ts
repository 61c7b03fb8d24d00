import assert from "node:assert/strict";
import { test } from "node:test";
import { aCatalog, aPartner, aTemplate } from "#test/support/a-catalog.ts";
import { anEngine } from "#test/support/an-engine.ts";
import { anEvent } from "#test/support/an-event.ts";

test("an accepted event is decided, sent and settled, and its postback has its attempt", async () => {
  const { engine, clock, sender, storage } = await anEngine();
  const event = anEvent();
  const [acceptance] = await engine.journal.append([event]);
  assert.equal(acceptance?.kind, "accepted");
  assert.equal(acceptance.id, event.id);
  await clock.rest();

  assert.equal(sender.orders.length, 1);
  const stored = await storage.log.readEvent(event.id);
  const [id] = stored?.postbackIds ?? [];
  assert.ok(id !== undefined);
  assert.deepEqual(sender.orders[0]?.headers, ["carom-postback-id", id, "carom-attempt", "1"]);
  const postback = await storage.log.readPostback(id);
  assert.equal(postback?.state, "delivered");
  assert.equal(postback.attemptLog.length, 1);
  assert.deepEqual(
    stored?.decisions.map((decision) => decision.code),
    ["match"],
  );
  assert.equal(engine.status().inHand, 0);
  assert.equal(engine.status().inFlight, 0);
});

test("an engine does not start with a catalog that it cannot put in force, and says what is wrong", async () => {
  const template = aTemplate({ url: "https://partner.example/?x=(no-such-macro-at-all)" });
  const catalog = aCatalog({ partners: [aPartner({ templates: [template] })] });
  await assert.rejects(anEngine({ catalog }), /revision 1 cannot be put in force[\s\S]*no-such-macro-at-all/);
});
