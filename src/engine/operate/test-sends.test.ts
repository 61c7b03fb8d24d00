import assert from "node:assert/strict";
import { test } from "node:test";
import { accept, anEngine, type EngineUnderTest, postbacks } from "#test/support/an-engine.ts";
import { anEvent } from "#test/support/an-event.ts";

const request = { method: "GET", url: "https://partner.example/test", headers: [], body: null } as const;
const receiverOf = ({ engine }: EngineUnderTest) =>
  [...engine.catalog.current().receivers.values()][0] ?? assert.fail("the catalog has a receiver");

test("a test is sent once, marked, and its exchange told; nothing is stored, and deliveries go on beside it", async () => {
  const under = await anEngine();
  under.sender.script(({ ticket }) => ({ kind: "response", status: ticket < 0 ? 404 : 200, body: "who are you?" }));
  const sending = under.engine.sendTest(receiverOf(under), request);
  await accept(under, [anEvent()]);
  const sent = await sending;
  assert.equal(sent.kind, "sent");
  const { exchange, outcome } = sent.kind === "sent" ? sent : assert.fail();
  assert.deepEqual([outcome, exchange.answer.kind === "response" && exchange.answer.status], ["permanent", 404]);
  const [order] = under.sender.orders.filter(({ ticket }) => ticket < 0);
  assert.deepEqual(order?.headers.slice(-2), ["carom-test", "true"]);
  assert.match(order?.headers[1] ?? "", /^test-/);
  const stored = await postbacks(under);
  assert.deepEqual(
    stored.map(({ state }) => state),
    ["delivered"],
  );
});

test("a pause holds no test, and as many as may be are under way at once", async () => {
  const under = await anEngine();
  await under.engine.pause({ level: "everything" }, "test");
  under.sender.script(() => ({ kind: "by_hand" }));
  const sending = Array.from({ length: 4 }, () => under.engine.sendTest(receiverOf(under), request));
  assert.deepEqual(await under.engine.sendTest(receiverOf(under), request), { kind: "busy" });
  for (const { ticket } of under.sender.orders)
    under.sender.answer(ticket, { kind: "fault", fault: "connect_refused" });
  const outcomes = await Promise.all(sending);
  assert.ok(outcomes.every((sent) => sent.kind === "sent" && sent.outcome === "retryable"));
});
