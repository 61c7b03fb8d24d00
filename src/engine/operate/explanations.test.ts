import assert from "node:assert/strict";
import { test } from "node:test";
import { eventId } from "#src/core/ids.ts";
import { aCatalog, aMapping, anApp, anIntegration } from "#test/support/a-catalog.ts";
import { accept, anEngine } from "#test/support/an-engine.ts";
import { anEvent } from "#test/support/an-event.ts";

const mapped = aCatalog();
const unmapped = aCatalog({
  apps: [anApp({ integrations: [anIntegration({ mappings: [aMapping({ eventName: "other" })] })] })],
});

test("explained now: every target of the app by today's catalog, and nothing for an app that is not in it", async () => {
  const { engine } = await anEngine({ catalog: mapped });
  const [explanation] = (await engine.explainNow(anEvent())) ?? [];
  assert.equal(explanation?.decision.outcome.kind, "match");
  assert.ok(explanation.steps.length > 10);
  assert.equal(await engine.explainNow(anEvent({ appId: "com.example.unknown" })), null);
});

test("explained then: what was recorded, beside what the catalog of then says, whatever today's says", async () => {
  const under = await anEngine({ catalog: mapped, readCatalog: () => mapped });
  const event = anEvent();
  await accept(under, [event]);
  await under.engine.catalog.change({ catalog: unmapped, by: "local", expected: null, dryRun: false });
  assert.equal((await under.engine.explainNow(event))?.[0]?.decision.outcome.kind, "skip");
  const then = await under.engine.explainThen(event.id);
  assert.deepEqual(
    then?.recorded.map(({ code, revision }) => [code, revision]),
    [["match", 1]],
  );
  assert.equal(then.replayed?.[0]?.decision.outcome.kind, "match");
  assert.deepEqual(then.differs, []);
});

test("where today's program would not decide again as it did, the target is named", async () => {
  // The document of then, as today's program reads it, no longer maps the event.
  const under = await anEngine({ catalog: mapped, readCatalog: () => unmapped });
  const event = anEvent();
  await accept(under, [event]);
  await under.engine.catalog.change({ catalog: unmapped, by: "local", expected: null, dryRun: false });
  const then = await under.engine.explainThen(event.id);
  assert.deepEqual(
    then?.differs,
    then?.recorded.map(({ targetKey }) => targetKey),
  );
});

test("where the catalog of then is gone, what was recorded is told all the same", async () => {
  const under = await anEngine({ catalog: mapped, readCatalog: () => null });
  const event = anEvent();
  await accept(under, [event]);
  await under.engine.catalog.change({ catalog: unmapped, by: "local", expected: null, dryRun: false });
  const then = await under.engine.explainThen(event.id);
  assert.equal(then?.replayed, null);
  assert.equal(then.recorded.length, 1);
});

test("where the app had no integration then, that is what is told, and not that the catalog is gone", async () => {
  const none = aCatalog({ apps: [anApp({ integrations: [] })] });
  const under = await anEngine({ catalog: none, readCatalog: () => null });
  const event = anEvent();
  await accept(under, [event]);
  await under.engine.catalog.change({ catalog: mapped, by: "local", expected: null, dryRun: false });
  const then = await under.engine.explainThen(event.id);
  assert.deepEqual([then?.recorded, then?.replayed, then?.differs], [[], [], []]);
});

test("an event that is not known is explained by nothing", async () => {
  const { engine } = await anEngine();
  assert.equal(await engine.explainThen(eventId("019bbc5e-0000-7000-8000-0000000000aa")), null);
});
