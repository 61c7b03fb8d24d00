import assert from "node:assert/strict";
import test from "node:test";
import { catalogToDocument } from "#src/contract/catalog-document.ts";
import { routes } from "#src/contract/routes.ts";
import type { SimulationWire } from "#src/contract/simulations-contract.ts";
import { aCatalog, aPartner, aTemplate } from "#test/support/a-catalog.ts";
import { anEngine } from "#test/support/an-engine.ts";
import { anHttpOver, assertAnswers, assertProblem } from "#test/support/an-http.ts";

const start = async () => {
  const url = "https://partner.example/event?event=(event_name)&token=(secret.token)";
  const catalog = aCatalog({ partners: [aPartner({ templates: [aTemplate({ url })] })] });
  const under = await anEngine({ catalog });
  const http = await anHttpOver(under);
  const simulate = (payload: object) => http.ask({ method: "POST", url: "/v1/simulations", payload });
  return {
    under,
    http,
    simulate,
    document: JSON.parse(catalogToDocument(catalog)),
    send: async (...events: readonly object[]) => {
      const payload = events.map((event) => ({ app_id: "com.example.game", event_name: "purchase", ...event }));
      const answer = await http.ask({ method: "POST", url: "/v1/events", payload });
      assert.equal(answer.statusCode, 202, answer.body);
      await under.clock.rest();
    },
    finished: async (payload: object): Promise<SimulationWire> => {
      const { id } = assertAnswers(routes.startSimulation, await simulate(payload));
      await under.clock.turn(1_000);
      return assertAnswers(routes.readSimulation, await http.ask({ url: `/v1/simulations/${id}` }));
    },
  };
};

const integration = {
  app_id: "com.example.game",
  partner_id: "examplenetwork_int",
  in_app_postbacks: { window: "lifetime" },
  mappings: [{ event_name: "level_up", send_for: "all_sources" }],
};

test("a whole document is held against the catalog in force", async () => {
  const { document, finished, send } = await start();
  await send({}, { event_name: "level_up" });
  assert.equal((await finished({ catalog: document })).counts.unchanged, 1);
  const without = { catalog: { ...document, apps: [] }, filter: { event_name: "purchase" } };
  assert.equal((await finished(without)).counts.unchanged, 1, "what the document lacks is kept");
  const simulation = await finished({ ...without, prune: true });
  assert.deepEqual([simulation.status, simulation.events, simulation.counts.no_longer_sent], ["done", 1, 1]);
  assert.equal(simulation.groups[0]?.reason, "no_target");
});

test("a document means to a simulation what it means when it is applied, with and without pruning", async () => {
  for (const prune of [false, true]) {
    const { document, finished, send, http } = await start();
    await send({}, { event_name: "level_up" });
    const [app] = document.apps;
    const [partner] = document.partners;
    const { app_id: _app, ...level } = { ...integration, partner_id: "second" };
    const second = { ...partner, id: "second", media_sources: ["second_int"] };
    const catalog = { ...document, partners: [second], apps: [{ ...app, integrations: [level] }] };
    if (prune) catalog.partners.push(partner);
    const before = await finished({ catalog, prune });
    assert.deepEqual(
      [before.counts.newly_sent, before.counts.no_longer_sent, before.counts.unchanged],
      prune ? [1, 1, 0] : [1, 0, 1],
    );
    const url = `/v1/catalog${prune ? "?prune=true" : ""}`;
    const applied = await http.ask({ method: "PUT", url, payload: catalog });
    assert.equal(applied.statusCode, 200, applied.body);
    const { newly_sent, no_longer_sent, sent_otherwise } = (await finished({ catalog, prune })).counts;
    assert.deepEqual([newly_sent, no_longer_sent, sent_otherwise], [0, 0, 0], "it is in force");
  }
});

test("rules and grants are changed and taken out one by one, and what an app's draft lacks is kept", async () => {
  const { document, finished, send } = await start();
  await send({});
  const { id, name } = document.apps[0];
  const template = { dialect: "carom", url: "https://rule.example/r" };
  const triggers = [{ key: "event_name", matches: "eq", values: ["purchase"] }];
  const rule = { app_id: id, id: "r", name: "r", style: "custom", active: true, triggers, template };
  const added = await finished({ changes: { apps: [{ id, name: `${name}!` }], rules: [rule] } });
  assert.deepEqual([added.counts.newly_sent, added.counts.unchanged], [1, 1]);
});

test("a change of one integration leaves the rest as it is, and its example shows what would be sent, without secrets", async () => {
  const { finished, send } = await start();
  await send({}, { event_name: "level_up" });
  const simulation = await finished({ changes: { integrations: [integration] } });
  assert.deepEqual([simulation.counts.newly_sent, simulation.counts.no_longer_sent], [1, 1]);
  const newly = simulation.examples.find(({ change }) => change === "newly_sent");
  assert.equal(newly?.after.request?.url, "https://partner.example/event?event=level_up&token={secret:token}");
  assert.deepEqual([newly?.before.request, newly?.before.reason], [null, "not_mapped"]);
});

test("a change of a partner's template tells each place that differs", async () => {
  const { document, finished, send } = await start();
  await send({});
  const [partner] = document.partners;
  const templates = [{ ...partner.templates[0], url: "https://partner.example/v2?event=(event_name)" }];
  const simulation = await finished({ changes: { partners: [{ ...partner, templates }] } });
  assert.deepEqual(simulation.examples[0]?.differences, [
    { place: "url", before: "https://partner.example/event", after: "https://partner.example/v2" },
    { place: "query.token", before: "{secret:token}", after: null },
  ]);
});

test("resources are taken out, and new ones added", async () => {
  const { document, finished, send } = await start();
  await send({});
  const { app_id, partner_id } = integration;
  const removed = await finished({ changes: { remove: { integrations: [{ app_id, partner_id }] } } });
  assert.equal(removed.counts.no_longer_sent, 1);
  const partners = [{ ...document.partners[0], id: "second", media_sources: ["second_int"] }];
  const mappings = [{ event_name: "purchase", send_for: "all_sources" }];
  const added = await finished({
    changes: { partners, integrations: [{ ...integration, partner_id: "second", mappings }] },
  });
  assert.deepEqual([added.counts.unchanged, added.counts.newly_sent], [1, 1]);
  assert.equal((await finished({ changes: { active: false } })).counts.no_longer_sent, 1);
});

test("a draft with mistakes names each place; an app that is not there is named", async () => {
  const { simulate, document } = await start();
  const apps = [{ ...document.apps[0], integrations: [{ partner_id: "nobody" }] }];
  const refused = await simulate({ catalog: { ...document, apps } });
  assertProblem(refused, 422, "catalog.refused");
  assert.match(refused.json().errors[0].path, /^apps\[0\]\.integrations\[0\]/);
  assertProblem(await simulate({ catalog: { ...document, surprise: 1 } }), 422, "catalog.refused");
  const strange = await simulate({ changes: { integrations: [{ ...integration, app_id: "elsewhere" }] } });
  assertProblem(strange, 422, "simulation.unknown_app");
  assertProblem(await simulate({}), 400, "request.invalid");
  assertProblem(await simulate({ changes: {}, filter: { from: "yesterday" } }), 400, "request.invalid");
});

test("simulations are listed and stopped, a third has to wait, and an unknown one is told so", async () => {
  const { http, simulate, document, under } = await start();
  const first = assertAnswers(routes.startSimulation, await simulate({ catalog: document }));
  await simulate({ catalog: document });
  const third = await simulate({ catalog: document });
  assertProblem(third, 429, "simulation.busy");
  assert.equal(third.headers["retry-after"], "5");
  const stopped = await http.ask({ method: "DELETE", url: `/v1/simulations/${first.id}` });
  assert.equal(assertAnswers(routes.stopSimulation, stopped).status, "stopped");
  const list = assertAnswers(routes.findSimulations, await http.ask({ url: "/v1/simulations" }));
  assert.deepEqual(
    list.data.map(({ status }) => status),
    ["running", "stopped"],
  );
  assertProblem(await http.ask({ url: "/v1/simulations/nothing" }), 404, "simulation.not_found");
  await under.clock.turn(1_000);
});

test("a simulation that is asked for again with its idempotency key is started once", async () => {
  const { http, document } = await start();
  const headers = { "idempotency-key": "k-1" };
  const ask = () => http.ask({ method: "POST", url: "/v1/simulations", headers, payload: { catalog: document } });
  const [first, again] = [await ask(), await ask()];
  assert.equal(first.json().id, again.json().id);
  assert.equal((await http.ask({ url: "/v1/simulations" })).json().data.length, 1);
});
