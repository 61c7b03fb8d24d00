import assert from "node:assert/strict";
import { test } from "node:test";
import { partnerId } from "#src/core/ids.ts";
import { aMapping, anApp, anIntegration, aTemplate } from "#test/support/a-catalog.ts";
import { anAddressedCatalog, to, toEach } from "#test/support/an-addressed-catalog.ts";
import { accept, anEngine, type EngineUnderTest, postbacks } from "#test/support/an-engine.ts";

const slow = { limits: { inFlightMax: 1, ratePerSecond: null } };
const templates = (path: string) => [aTemplate({ url: `https://north.example/${path}` })];
const ofVersion = (path: string) =>
  anAddressedCatalog({ north: { ...slow, templates: templates(path) }, south: { ...slow } });
const filter = { partnerId: partnerId("north") };

const putInForce = async ({ engine }: EngineUnderTest, catalog: ReturnType<typeof ofVersion>) => {
  const changed = await engine.catalog.change({ catalog, by: "local", expected: null, dryRun: false });
  assert.equal(changed.kind, "changed");
};
const nothing = { rerendered: 0, unchanged: 0, unmatched: 0, faulted: 0, inFlight: 0, examples: [] };

test("what waits goes out in the new form, from memory and from the store; what is with a sender keeps its own", async () => {
  const under = await anEngine({ catalog: ofVersion("v1"), limits: { delivery: { creditsPerReceiver: 5 } } });
  under.sender.script(() => ({ kind: "by_hand" }));
  await accept(under, [...toEach("north", 20), ...toEach("south", 2)]);
  await putInForce(under, ofVersion("v2?id=(postback_id)"));
  const counted = await under.engine.rerender({ filter, dryRun: true });
  assert.deepEqual({ ...counted, examples: counted.examples.length }, { ...nothing, rerendered: 20, examples: 5 });
  assert.ok((await postbacks(under, filter)).every(({ request }) => request.url === "https://north.example/v1"));

  const done = await under.engine.rerender({ filter, dryRun: false });
  assert.deepEqual(
    { ...done, examples: done.examples.length },
    { ...nothing, rerendered: 19, inFlight: 1, examples: 5 },
  );
  const [example] = done.examples;
  assert.equal(example?.before.url, "https://north.example/v1");
  assert.equal(example?.after.url, `https://north.example/v2?id=${example?.id}`);

  const sent = under.sender.orders.length;
  under.sender.script(() => ({ kind: "response", status: 200 }));
  for (const { ticket } of under.sender.inHand()) under.sender.answer(ticket, { kind: "response", status: 200 });
  await under.clock.turn(60_000);
  const toNorth = under.sender.orders.slice(sent).filter(({ receiverId }) => receiverId.endsWith("north"));
  assert.equal(toNorth.length, 19);
  for (const { request, headers } of toNorth) assert.equal(request.url, `https://north.example/v2?id=${headers[1]}`);
  assert.equal((await postbacks(under, { state: "delivered" })).length, 22);
  assert.equal(under.engine.status().inHand, 0);
});

test("rendered anew twice, the second time changes nothing; what has ended is not looked at", async () => {
  const under = await anEngine({ catalog: ofVersion("v1") });
  await accept(under, [to("north")]);
  assert.deepEqual(await under.engine.rerender({ filter, dryRun: false }), nothing);
  under.sender.script(() => ({ kind: "response", status: 503 }));
  await accept(under, toEach("north", 3));
  await putInForce(under, ofVersion("v2"));
  assert.equal((await under.engine.rerender({ filter, dryRun: false })).rerendered, 3);
  assert.deepEqual(await under.engine.rerender({ filter, dryRun: false }), { ...nothing, unchanged: 3 });
  assert.deepEqual(await under.engine.rerender({ filter: { ...filter, state: "dead" }, dryRun: false }), nothing);
});

test("a retry that was rendered anew keeps its schedule and the number of its next attempt", async () => {
  const under = await anEngine({ catalog: ofVersion("v1") });
  under.sender.script(() => ({ kind: "response", status: 503 }));
  await accept(under, [to("north")]);
  const [before] = await postbacks(under, filter);
  await putInForce(under, ofVersion("v2"));
  await under.engine.rerender({ filter, dryRun: false });
  const [after] = await postbacks(under, filter);
  assert.deepEqual([after?.dueAt, after?.attempts, after?.postback.id], [before?.dueAt, 1, before?.postback.id]);
  under.sender.script(() => ({ kind: "response", status: 200 }));
  await under.clock.turn((before?.dueAt ?? 0) - under.clock.now() + 1_000);
  const last = under.sender.orders.at(-1);
  assert.deepEqual([last?.request.url, last?.headers[3]], ["https://north.example/v2", "2"]);
});

test("what today's catalog does not make, or cannot render, is counted and left as it is", async () => {
  const under = await anEngine({ catalog: ofVersion("v1") });
  under.sender.script(() => ({ kind: "response", status: 503 }));
  await accept(under, [to("north"), to("north", { value: { text: "x".repeat(20_000) } })]);
  await putInForce(under, ofVersion("v2?long=(event_value)"));
  const long = await under.engine.rerender({ filter, dryRun: false });
  assert.deepEqual([long.rerendered, long.faulted, long.unmatched], [1, 1, 0]);

  const mappings = [aMapping({ id: "m-north", eventName: "other" })];
  const app = anApp({ integrations: [anIntegration({ partnerId: "north", mappings })] });
  await putInForce(under, { ...ofVersion("v3"), apps: [app] });
  assert.deepEqual(await under.engine.rerender({ filter, dryRun: false }), { ...nothing, unmatched: 2 });
  const urls = (await postbacks(under, filter)).map(({ request }) => request.url.split("?")[0]);
  assert.deepEqual(urls.toSorted(), ["https://north.example/v1", "https://north.example/v2"]);
});

test("where the store refuses, nothing is lost: what was taken out of memory waits again and is sent", async () => {
  const under = await anEngine({ catalog: ofVersion("v1") });
  under.sender.script(() => ({ kind: "by_hand" }));
  await accept(under, toEach("north", 5));
  await putInForce(under, ofVersion("v2"));
  under.faults.failNext("rerender", "before_commit");
  await assert.rejects(under.engine.rerender({ filter, dryRun: false }), /injected/);
  under.sender.script(() => ({ kind: "response", status: 200 }));
  for (const { ticket } of under.sender.inHand()) under.sender.answer(ticket, { kind: "response", status: 200 });
  await under.clock.turn(60_000);
  assert.equal((await postbacks(under, { state: "delivered" })).length, 5);
  assert.equal(under.engine.status().inHand, 0);
});
