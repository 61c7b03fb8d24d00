import assert from "node:assert/strict";
import test from "node:test";
import { routes } from "#src/contract/routes.ts";
import type { SimulationWire } from "#src/contract/simulations-contract.ts";
import { assertAnswers } from "#test/support/an-http.ts";
import { type CallerName, type SeveralAccounts, severalAccounts, shop } from "#test/support/several-accounts.ts";

const ask = (
  { app, headersOf }: SeveralAccounts,
  caller: CallerName,
  request: { readonly method?: "POST" | "PUT" | "PATCH" | "DELETE"; readonly url: string; readonly payload?: object },
) => app.inject({ ...request, headers: headersOf(caller) });

const simulate = (world: SeveralAccounts, caller: CallerName, payload: object) =>
  ask(world, caller, { method: "POST", url: "/v1/simulations", payload });

const finished = async (world: SeveralAccounts, caller: CallerName, payload: object): Promise<SimulationWire> => {
  const { id } = assertAnswers(routes.startSimulation, await simulate(world, caller, payload));
  await world.clock.turn(1_000);
  return assertAnswers(routes.readSimulation, await ask(world, caller, { url: `/v1/simulations/${id}` }));
};

const send = async (world: SeveralAccounts, event: object): Promise<void> => {
  const payload = { event_name: "purchase", ...event };
  const sending = ask(world, "ingest", { method: "POST", url: "/v1/events", payload });
  await world.clock.turn(1_000);
  assert.equal((await sending).statusCode, 202);
};

const setGrant = async (world: SeveralAccounts, account: string, payload: object): Promise<void> => {
  const answer = await ask(world, "admin", { method: "PUT", url: `/v1/apps/${shop}/grants/${account}`, payload });
  assert.ok(answer.statusCode < 300, answer.body);
};

const targetsOf = ({ groups, examples }: SimulationWire): readonly string[] => [
  ...new Set([...groups, ...examples].map(({ target }) => target.split("/")[0] ?? "")),
];

const template = {
  event_kind: "in_app_event",
  dialect: "carom",
  url: "https://net.example/v2?e={event_name}&r={monetary}&v={event_value}",
};
const ofAgency = {
  app_id: shop,
  partner_id: "net_int",
  configurator: "bright",
  in_app_postbacks: { window: "lifetime" },
  mappings: [{ event_name: "purchase", partner_event: "p", send_for: "all_sources", data_sharing: "none" }],
  templates: [template],
};

test("an agency tries its own integration on its own traffic, and hears of nothing else", async () => {
  const world = await severalAccounts();
  await send(world, { media_source: "net_int" });
  await send(world, {});
  const simulation = await finished(world, "bright", { changes: { integrations: [ofAgency] } });
  assert.equal(simulation.counts.sent_otherwise, 1);
  assert.deepEqual([simulation.events, simulation.looked, simulation.left], [1, 1, 0], "three are of the advertiser");
  assert.deepEqual(targetsOf(simulation), ["integration:net_int:bright"]);
  assert.match(simulation.examples[0]?.after.request?.url ?? "", /^https:\/\/net\.example\/v2\?e=purchase/);
  const whole = await finished(world, "owner", { changes: {} });
  assert.deepEqual(targetsOf(whole).toSorted(), [
    "integration:net_int",
    "integration:net_int:bright",
    "rule:acme_rule",
  ]);
});

test("a partner's account hears of postbacks to itself, by events of apps that let it configure", async () => {
  const world = await severalAccounts();
  const changes = { partners: [{ id: "net_int", templates: [template] }] };
  const none = await finished(world, "net", { changes });
  assert.deepEqual([none.events, none.groups, none.examples], [0, [], []], "no owner lets it");
  await setGrant(world, "net", { configure_in_app_postbacks: true });
  await send(world, { event_name: "secret_of_acme" });
  await send(world, { event_name: "secret_of_acme", af_prt: "brightprt" });
  const told = await finished(world, "net", { changes });
  assert.deepEqual([told.counts.sent_otherwise, told.counts.not_sent, told.events], [2, 0, 2]);
  assert.deepEqual(targetsOf(told).toSorted(), ["integration:net_int", "integration:net_int:bright"]);
  assert.ok(!JSON.stringify(told).includes("secret_of_acme"));
  assert.ok(!JSON.stringify(told).includes("acme_rule"));
});

test("an account hears in a simulation neither of others' events nor how many there are", async () => {
  const world = await severalAccounts();
  for (const caller of ["rival", "dim", "net"] as const) {
    const { events, looked, left, erased, groups } = await finished(world, caller, { changes: {} });
    assert.deepEqual(
      { events, looked, left, erased, groups },
      { events: 0, looked: 0, left: 0, erased: 0, groups: [] },
    );
  }
});

test("a draft shows an agency no revenue that its grant keeps back, nor lets it ask for it", async () => {
  const world = await severalAccounts();
  await setGrant(world, "bright", { configure_in_app_postbacks: true, share_events: "all", event_names: "*" });
  const paid = { event_revenue: 98765.4321, event_value: { af_revenue: 98765.4321, level: 7 } };
  await send(world, { ...paid, af_prt: "brightprt" });
  const [mapping] = ofAgency.mappings;
  const shared = { ...ofAgency, mappings: [{ ...mapping, data_sharing: "values_without_revenue" }] };
  const simulation = await finished(world, "bright", { changes: { integrations: [shared] } });
  const text = JSON.stringify(simulation);
  const example = simulation.examples.find(({ after }) => after.request?.url.includes("level%22%3A7"));
  assert.match(example?.after.request?.url ?? "", /r=N%2FA/);
  assert.doesNotMatch(text, /98765|4321/);
  const more = { ...ofAgency, mappings: [{ ...mapping, data_sharing: "values_and_revenue" }] };
  const refused = await simulate(world, "bright", { changes: { integrations: [more] } });
  assert.equal(refused.json().code, "grant.share_revenue", refused.body);
  assert.equal(refused.json().errors[0].path, "changes.integrations[0].mappings[0].data_sharing");
});

test("what an account may not change it may not try either", async () => {
  const world = await severalAccounts();
  const { configurator: _own, ...ofAdvertiser } = ofAgency;
  const refusals = [
    ["bright", { integrations: [ofAdvertiser] }, "integration.not_found"],
    ["net", { integrations: [ofAdvertiser] }, "resource.forbidden"],
    ["dim", { integrations: [{ ...ofAgency, configurator: "dim" }] }, "simulation.unknown_app"],
    ["bright", { partners: [{ id: "net_int", templates: [] }] }, "catalog.refused"],
    ["bright", { grants: [{ app_id: shop, account_id: "bright", share_revenue: true }] }, "resource.forbidden"],
    ["editor", { grants: [{ app_id: shop, account_id: "bright" }] }, "auth.role"],
    [
      "bright",
      {
        rules: [
          {
            app_id: shop,
            id: "acme_rule",
            name: "x",
            style: "custom",
            template: { dialect: "carom", url: "https://x.example/" },
          },
        ],
      },
      "rule.not_found",
    ],
    ["bright", { active: false }, "catalog.refused"],
    ["rival", { remove: { apps: [shop] } }, "app.not_found"],
    ["net", { remove: { integrations: [{ app_id: shop, partner_id: "net_int" }] } }, "resource.forbidden"],
  ] as const;
  for (const [caller, changes, code] of refusals) {
    const answer = await simulate(world, caller, { changes });
    assert.equal(answer.json().code, code, `${caller} ${JSON.stringify(changes)}\n${answer.body}`);
  }
  const document = { carom: 1, apps: [{ id: shop, name: "x" }] };
  assert.equal((await simulate(world, "bright", { catalog: document, prune: true })).json().code, "catalog.refused");
});

test("a simulation is not read any more once the grant that it rested on is taken back", async () => {
  const world = await severalAccounts();
  const { id } = await finished(world, "bright", { changes: {} });
  const gone = await ask(world, "admin", { method: "DELETE", url: `/v1/apps/${shop}/grants/bright` });
  assert.equal(gone.statusCode, 200, gone.body);
  assert.equal((await ask(world, "bright", { url: `/v1/simulations/${id}` })).statusCode, 404);
  assert.deepEqual((await ask(world, "bright", { url: "/v1/simulations" })).json().data, []);
});
