import assert from "node:assert/strict";
import { test } from "node:test";
import { severalAccounts, shop } from "#test/support/several-accounts.ts";

const plantedDigits = /98765|4321/;
const every = "v=(monetary)&w=(event-value)&c=(currency)";
/** Amounts under names, in a path and as nothing but a number. */
const template = {
  event_kind: "in_app_event",
  dialect: "appsflyer",
  method: "POST",
  url: `https://x.example/(monetary)?n=(event-name)&${every}`,
  headers: { "x-paid": "(monetary)" },
  content_type: "application/x-www-form-urlencoded",
  body: "(monetary)",
};
const agencys = {
  in_app_postbacks: { window: "lifetime" },
  mappings: [
    { id: "m0", event_name: "purchase", send_for: "all_sources", data_sharing: "values_and_revenue", conditions: [] },
  ],
  templates: [template],
};

type Caller = "bright" | "owner" | "admin" | "ingest";
type Asking = { readonly method?: "POST" | "PATCH"; readonly url: string; readonly payload?: object };

/** An agency's integration that shares all of it with its partner, and a grant that begins by letting it. */
const sharingWorld = async () => {
  const world = await severalAccounts();
  const ask = async (caller: Caller, request: Asking): Promise<string> => {
    const asking = world.app.inject({ ...request, headers: world.headersOf(caller) });
    await world.clock.turn(1_000);
    const answer = await asking;
    assert.ok(answer.statusCode < 300, answer.body);
    return answer.body;
  };
  const grant = (payload: object) => ask("admin", { method: "PATCH", url: `/v1/apps/${shop}/grants/bright`, payload });
  const url = `/v1/apps/${shop}/integrations/net_int?configurator=bright`;
  await grant({ share_revenue: true });
  await ask("bright", { method: "PATCH", url, payload: agencys });
  /** Answers the agency's postback of a new purchase. */
  const buy = async (): Promise<string> => {
    const payload = {
      event_name: "purchase",
      af_prt: "brightprt",
      event_revenue: 98765.4321,
      event_value: { af_revenue: 98765.4321 },
    };
    const { ids } = JSON.parse(await ask("ingest", { method: "POST", url: "/v1/events", payload }));
    const { data } = JSON.parse(await ask("bright", { url: `/v1/postbacks?event_id=${ids[0]}` }));
    assert.equal(data.length, 1);
    return data[0].id;
  };
  return { ...world, ask, grant, buy };
};

const simulation = {
  changes: {
    integrations: [
      {
        ...agencys,
        app_id: shop,
        partner_id: "net_int",
        configurator: "bright",
        templates: [{ ...template, headers: {} }],
      },
    ],
  },
};

test("what was made while revenue was shared is read without it once it is not, by every door, and whole when it is again", async () => {
  const { ask, grant, buy } = await sharingWorld();
  const id = await buy();
  const receiver = JSON.parse(await ask("bright", { url: `/v1/postbacks/${id}` })).receiver_id;
  const begun = JSON.parse(await ask("bright", { method: "POST", url: "/v1/simulations", payload: simulation }));
  await ask("admin", { method: "POST", url: `/v1/receivers/${receiver}/pause` });
  await buy();
  const payload = { filter: { receiver_id: receiver }, dry_run: true };
  const looks: Readonly<Record<string, (caller: Caller) => Promise<string>>> = {
    list: (caller) => ask(caller, { url: "/v1/postbacks" }),
    one: (caller) => ask(caller, { url: `/v1/postbacks/${id}` }),
    "redelivered, before": async (caller) => {
      const answer = await ask(caller, { method: "POST", url: `/v1/postbacks/${id}/redeliver`, payload: {} });
      return JSON.stringify(JSON.parse(answer).before);
    },
    "a simulation from before": (caller) => ask(caller, { url: `/v1/simulations/${begun.id}` }),
  };
  for (const [what, look] of Object.entries(looks)) assert.match(await look("bright"), plantedDigits, what);
  await grant({ share_revenue: false });
  const rerendered = await ask("bright", { method: "POST", url: "/v1/postbacks/rerender", payload });
  assert.match(rerendered, /"examples":\[\{"id":.*x\.example/, "what waits would be rendered anew");
  assert.doesNotMatch(rerendered, plantedDigits, "rerendered");
  assert.match(await ask("owner", { method: "POST", url: "/v1/postbacks/rerender", payload }), plantedDigits);
  for (const [what, look] of Object.entries(looks)) {
    const told = await look("bright");
    assert.match(told, /x\.example\/? \(not told: revenue is not granted now\)/, what);
    assert.doesNotMatch(told, plantedDigits, what);
    if (what !== "a simulation from before") assert.match(await look("owner"), plantedDigits, what);
  }
  await grant({ share_revenue: true });
  for (const [what, look] of Object.entries(looks)) assert.match(await look("bright"), plantedDigits, `${what}: again`);
});

test("what was made since is told whole, whatever else of the grant has changed", async () => {
  const { ask, grant, buy } = await sharingWorld();
  await grant({ share_revenue: false });
  const id = await buy();
  await grant({ event_names: ["purchase", "level"] });
  const told = JSON.parse(await ask("bright", { url: `/v1/postbacks/${id}` }));
  assert.match(told.url, /^https:\/\/x\.example\/N%2FA\?n=purchase&v=N%2FA/);
});
