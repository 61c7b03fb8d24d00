import assert from "node:assert/strict";
import { test } from "node:test";
import type { Storage } from "#src/ports/storage.ts";
import {
  aCatalog,
  aCustomWhen,
  aMapping,
  anApp,
  anIntegration,
  aPartner,
  aRule,
  aTemplate,
} from "#test/support/a-catalog.ts";
import { accept, anEngine, type EngineUnderTest, postbacks } from "#test/support/an-engine.ts";
import { anEvent, hourMs, noon } from "#test/support/an-event.ts";
import type { Simulation, SimulationRequest } from "./simulation.ts";

const started = (under: EngineUnderTest, request: SimulationRequest): Simulation => {
  const start = under.engine.simulations.start(request);
  assert.equal(start.kind, "started");
  return start.kind === "started" ? start.simulation : assert.fail();
};

const run = async (under: EngineUnderTest, request: SimulationRequest): Promise<Simulation> => {
  const { id } = started(under, request);
  await under.clock.turn(1_000);
  return under.engine.simulations.read(id) ?? assert.fail();
};

const withMappings = (...mappings: Parameters<typeof aMapping>[0][]) =>
  aCatalog({ apps: [anApp({ integrations: [anIntegration({ mappings: mappings.map(aMapping) })] })] });

test("a draft that is the catalog in force changes nothing", async () => {
  const under = await anEngine();
  await accept(under, [anEvent(), anEvent({ name: "level_up" })]);
  const simulation = await run(under, { draft: aCatalog(), filter: {} });
  assert.deepEqual([simulation.status, simulation.events, simulation.left], ["done", 2, 0]);
  assert.deepEqual(simulation.counts, {
    newly_sent: 0,
    no_longer_sent: 0,
    sent_otherwise: 0,
    unchanged: 1,
    not_sent: 1,
  });
  assert.deepEqual(simulation.examples, []);
});

test("what is newly sent tells why it was not, what is no longer sent why not, and both come with an example", async () => {
  const under = await anEngine();
  const purchase = anEvent();
  const level = anEvent({ name: "level_up" });
  await accept(under, [purchase, level]);
  const draft = withMappings({ active: false }, { eventName: "level_up" });
  const simulation = await run(under, { draft, filter: {} });
  assert.deepEqual([simulation.counts.newly_sent, simulation.counts.no_longer_sent], [1, 1]);
  const groups = simulation.groups.map(({ change, eventName, reason, target }) => [change, eventName, reason, target]);
  assert.deepEqual(groups.toSorted(), [
    ["newly_sent", "level_up", "not_mapped", "integration:examplenetwork_int"],
    ["no_longer_sent", "purchase", "mapping_off", "integration:examplenetwork_int"],
  ]);
  const [newly, gone] = simulation.examples;
  assert.deepEqual([newly?.eventId, newly?.before.request], [level.id, null]);
  assert.match(newly?.after.request?.url ?? "", /^https:\/\/partner\.example\/event\?event=level_up/);
  assert.deepEqual([gone?.eventId, gone?.after.request, gone?.after.reason], [purchase.id, null, "mapping_off"]);
  assert.equal((await postbacks(under)).length, 1, "nothing was sent for it");
});

test("what is sent with other content names each place that differs", async () => {
  const under = await anEngine();
  await accept(under, [anEvent()]);
  const url = "https://partner.example/v2?event=(event_name)&mapped=(mapped-iae)&extra=1";
  const draft = aCatalog({
    partners: [aPartner({ templates: [aTemplate({ url, headers: [{ name: "x-a", value: "1" }] })] })],
  });
  const simulation = await run(under, { draft, filter: {} });
  assert.equal(simulation.counts.sent_otherwise, 1);
  const differences = simulation.examples[0]?.differences.map(({ place, before, after }) => [place, before, after]);
  assert.deepEqual(differences, [
    ["url", "https://partner.example/event", "https://partner.example/v2"],
    ["query.value", "", null],
    ["query.revenue", "", null],
    ["query.extra", null, "1"],
    ["header.x-a", null, "1"],
  ]);
});

test("a mapping that only has another id changes nothing", async () => {
  const under = await anEngine();
  await accept(under, [anEvent()]);
  const simulation = await run(under, { draft: withMappings({ id: "renamed" }), filter: {} });
  assert.deepEqual([simulation.counts.unchanged, simulation.counts.newly_sent], [1, 0]);
});

test("a partner, or an app, that only one of the two has is told as having no target there", async () => {
  const under = await anEngine();
  await accept(under, [anEvent()]);
  const added = aCatalog({
    partners: [aPartner(), aPartner({ id: "second" })],
    apps: [anApp({ integrations: [anIntegration(), anIntegration({ partnerId: "second" })] })],
  });
  const more = await run(under, { draft: added, filter: {} });
  assert.deepEqual(
    [more.counts.newly_sent, more.groups.find(({ change }) => change === "newly_sent")?.reason],
    [1, "no_target"],
  );
  const less = await run(under, { draft: aCatalog({ apps: [] }), filter: {} });
  assert.deepEqual([less.counts.no_longer_sent, less.groups[0]?.reason], [1, "no_target"]);
});

test("only events of the filter are decided, and what arrives later is left out", async () => {
  const under = await anEngine();
  const early = anEvent({ receivedAt: noon - hourMs });
  await accept(under, [early, anEvent(), anEvent({ name: "level_up" })]);
  const draft = withMappings({ active: false });
  const byTime = await run(under, { draft, filter: { from: noon - hourMs, to: noon } });
  assert.deepEqual([byTime.events, byTime.examples[0]?.eventId], [1, early.id]);
  const byName = await run(under, { draft, filter: { name: "level_up" } });
  assert.deepEqual([byName.events, byName.counts.no_longer_sent], [1, 0]);
});

test("many events are decided in slices between which delivery has its turn, and examples stay few", async () => {
  const limits: number[] = [];
  const watched = (storage: Storage): Storage => ({
    ...storage,
    log: {
      ...storage.log,
      scanEvents: (filter, page) => {
        limits.push(page.limit);
        return storage.log.scanEvents(filter, page);
      },
    },
  });
  const under = await anEngine({ wrap: watched });
  await accept(
    under,
    Array.from({ length: 450 }, () => anEvent()),
  );
  const simulation = await run(under, { draft: withMappings({ active: false }), filter: {} });
  assert.equal(simulation.counts.no_longer_sent, 450);
  assert.deepEqual(limits, [100, 100, 100, 100, 100]);
  assert.equal(simulation.examples.length, 5);
});

test("a rule that fires once fires once for each device in the run, whatever it has shown before", async () => {
  const when = aCustomWhen({ frequency: "once" });
  const under = await anEngine({ catalog: aCatalog({ apps: [anApp({ integrations: [] })] }) });
  const hit = (device: string) =>
    anEvent({ type: "hit", fields: { install_id: device }, context: { "a.CrashEvent": "CrashEvent" } });
  await accept(under, [hit("one"), hit("one"), hit("two")]);
  const draft = aCatalog({ apps: [anApp({ integrations: [], rules: [aRule({ when })] })] });
  for (const _run of ["first", "second"]) {
    const simulation = await run(under, { draft, filter: {} });
    assert.deepEqual([simulation.counts.newly_sent, simulation.counts.not_sent], [2, 1]);
    assert.equal(simulation.groups.find(({ change }) => change === "not_sent")?.reason, "shown_before");
  }
});

test("a draft with mistakes is refused with them, and a third at once waits its turn", async () => {
  const under = await anEngine();
  const wrong = aCatalog({ apps: [anApp({ integrations: [anIntegration({ partnerId: "nobody" })] })] });
  const refused = under.engine.simulations.start({ draft: wrong, filter: {} });
  assert.equal(refused.kind, "refused");
  started(under, { draft: aCatalog(), filter: {} });
  started(under, { draft: aCatalog(), filter: {} });
  assert.equal(under.engine.simulations.start({ draft: aCatalog(), filter: {} }).kind, "busy");
  await under.clock.turn(1_000);
  started(under, { draft: aCatalog(), filter: {} });
});

test("a simulation that is stopped stays as far as it came, and old ones are forgotten", async () => {
  const under = await anEngine();
  await accept(under, [anEvent()]);
  const { id } = started(under, { draft: aCatalog(), filter: {} });
  const stopped = under.engine.simulations.stop(id);
  assert.deepEqual([stopped?.status, stopped?.events], ["stopped", 0]);
  await under.clock.turn(1_000);
  assert.equal(under.engine.simulations.read(id)?.events, 0);
  for (let ended = 0; ended < 20; ended += 1) await run(under, { draft: aCatalog(), filter: {} });
  assert.equal(under.engine.simulations.read(id), null);
  assert.equal(under.engine.simulations.list().length, 20);
  assert.equal(under.engine.simulations.stop("unknown"), null);
});

test("a store that fails now and then costs nothing, one that stays away ends it as failed", async () => {
  let failures = 2;
  const faulty = (storage: Storage): Storage => ({
    ...storage,
    log: {
      ...storage.log,
      scanEvents: async (filter, page) => {
        if (failures > 0) {
          failures -= 1;
          throw new Error("no answer");
        }
        return storage.log.scanEvents(filter, page);
      },
    },
  });
  const under = await anEngine({ wrap: faulty });
  await accept(under, [anEvent()]);
  const { id } = started(under, { draft: aCatalog(), filter: {} });
  await under.clock.turn(10_000);
  assert.deepEqual([under.engine.simulations.read(id)?.status, under.engine.simulations.read(id)?.events], ["done", 1]);
  failures = Number.POSITIVE_INFINITY;
  const failed = started(under, { draft: aCatalog(), filter: {} });
  await under.clock.turn(10_000);
  const { status, failure } = under.engine.simulations.read(failed.id) ?? assert.fail();
  assert.equal(status, "failed");
  assert.match(failure ?? "", /does not answer/);
});
