import assert from "node:assert/strict";
import test from "node:test";
import { severalAccounts, shop } from "#test/support/several-accounts.ts";

const plantedDigits = /98765|4321/;
const every = "v=(monetary)&w=(event-value)&c=(currency)";
const template = {
  event_kind: "in_app_event",
  dialect: "appsflyer",
  method: "POST",
  url: `https://x.example/?${every}`,
  headers: { "x-said": "(event-value)" },
  content_type: "application/x-www-form-urlencoded",
  body: every,
};

/** The agency's own terms, made while revenue was granted: all of it goes out, and some mappings ask for it. */
const agencysAsking = (...asked: readonly (string | null)[]) => ({
  in_app_postbacks: { window: "lifetime" },
  mappings: asked.map((value, index) => ({
    id: `m${index}`,
    event_name: "purchase",
    send_for: "all_sources",
    data_sharing: "values_and_revenue",
    conditions: value === null ? [] : [{ property: "af_revenue", value }],
  })),
  templates: [template],
});

const paidWorld = async (agencys: ReturnType<typeof agencysAsking>, isGrantedThen = false) => {
  const world = await severalAccounts();
  const ask = async (
    caller: "bright" | "owner" | "admin" | "ingest" | "export",
    request: { readonly method?: "POST" | "PATCH"; readonly url: string; readonly payload?: object },
  ): Promise<string> => {
    const asking = world.app.inject({ ...request, headers: world.headersOf(caller) });
    await world.clock.turn(1_000);
    const answer = await asking;
    assert.ok(answer.statusCode < 300, answer.body);
    return answer.body;
  };
  const grants = (share_revenue: boolean) =>
    ask("admin", { method: "PATCH", url: `/v1/apps/${shop}/grants/bright`, payload: { share_revenue } });
  await ask("bright", {
    method: "PATCH",
    url: `/v1/apps/${shop}/integrations/net_int?configurator=bright`,
    payload: agencys,
  });
  await grants(isGrantedThen);
  const payload = {
    event_name: "purchase",
    af_prt: "brightprt",
    event_revenue: 98765.4321,
    event_value: { af_revenue: 98765.4321 },
  };
  const sent = JSON.parse(await ask("ingest", { method: "POST", url: "/v1/events", payload }));
  return { ask, grants, id: String(sent.ids[0]) };
};

test("a stored event shows an agency no revenue that its grant keeps back: read, explained, previewed, tried or sent", async () => {
  const agencys = agencysAsking("1.5", null);
  const { ask, grants, id } = await paidWorld(agencys);
  type Reader = "bright" | "owner";
  const post = (caller: Reader, url: string, payload: object) => ask(caller, { method: "POST", url, payload });
  const simulated = async (caller: Reader): Promise<string> => {
    const own = { ...agencys, app_id: shop, partner_id: "net_int", configurator: "bright" };
    const asked = { ...own, mappings: agencys.mappings, templates: [{ ...template, headers: {} }] };
    const begun = JSON.parse(await post(caller, "/v1/simulations", { changes: { integrations: [asked] } }));
    return ask(caller, { url: `/v1/simulations/${begun.id}` });
  };
  const looks: Readonly<Record<string, (caller: Reader) => Promise<string>>> = {
    events: (caller) => ask(caller, { url: "/v1/events" }),
    event: (caller) => ask(caller, { url: `/v1/events/${id}` }),
    "explained now": (caller) => post(caller, "/v1/explain", { id, at: "now" }),
    "explained then": (caller) => post(caller, "/v1/explain", { id, at: "then" }),
    "template alone": (caller) => post(caller, "/v1/preview", { id, template, data_sharing: "values_and_revenue" }),
    preview: (caller) => post(caller, "/v1/preview", { id }),
    simulation: simulated,
    postbacks: (caller) => ask(caller, { url: `/v1/postbacks?event_id=${id}` }),
  };
  for (const [what, look] of Object.entries(looks)) {
    const told = await look("bright");
    assert.match(told, /purchase|N%2FA/, what);
    assert.doesNotMatch(told, plantedDigits, what);
  }
  await grants(true);
  for (const [what, look] of Object.entries(looks)) {
    // What was decided and sent without it stays as it was.
    if (what !== "postbacks" && what !== "explained then")
      assert.match(await look("bright"), plantedDigits, `${what}: a control`);
  }
});

test("an app's own export key reads what its users paid, whatever others are granted", async () => {
  const { ask, id } = await paidWorld(agencysAsking(null));
  for (const url of ["/v1/events", `/v1/events/${id}`]) {
    assert.match(await ask("export", { url }), /98765\.4321/, url);
    assert.doesNotMatch(await ask("bright", { url }), plantedDigits, url);
  }
});

test("what a decision looked at while revenue was granted is not told once it is not", async () => {
  const { ask, grants, id } = await paidWorld(agencysAsking("1.5"), true);
  const payload = { id, at: "then" };
  const explain = (caller: "bright" | "owner") => ask(caller, { method: "POST", url: "/v1/explain", payload });
  assert.match(await explain("bright"), plantedDigits);
  await grants(false);
  assert.doesNotMatch(await explain("bright"), plantedDigits);
  assert.match(await explain("owner"), plantedDigits);
});

test("an agency finds out what was paid by no condition of its own", async () => {
  const { ask, grants, id } = await paidWorld(agencysAsking("1.5", "98765.4321"));
  const decided = async (): Promise<readonly (string | null)[]> => {
    const { explanations } = JSON.parse(
      await ask("bright", { method: "POST", url: "/v1/explain", payload: { id, at: "now" } }),
    );
    return explanations.map(
      ({ decision }: { readonly decision: { readonly reason: string | null } }) => decision.reason,
    );
  };
  assert.deepEqual(await decided(), ["condition_unmet", "condition_unmet"]);
  await grants(true);
  assert.deepEqual(await decided(), ["condition_unmet", null]);
});
