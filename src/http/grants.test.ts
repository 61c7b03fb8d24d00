import assert from "node:assert/strict";
import test from "node:test";
import { type CallerName, type SeveralAccounts, severalAccounts, shop } from "#test/support/several-accounts.ts";

const ask = (
  world: SeveralAccounts,
  caller: CallerName,
  request: { method?: "POST" | "PUT" | "PATCH" | "DELETE"; url: string; payload?: object },
) =>
  world.app.inject({
    method: request.method ?? "GET",
    url: request.url,
    ...(request.payload === undefined ? {} : { payload: request.payload }),
    headers: world.headersOf(caller),
  });

/** Codes of an event's decisions by target, once it is sent. */
const decided = async (world: SeveralAccounts, event: object): Promise<Readonly<Record<string, string>>> => {
  const sending = ask(world, "ingest", {
    method: "POST",
    url: "/v1/events",
    payload: { event_name: "purchase", ...event },
  });
  await world.clock.turn(1_000);
  const [id] = (await sending).json().ids;
  const { decisions } = (await ask(world, "owner", { url: `/v1/events/${id}` })).json();
  const ofNet = decisions.filter(({ kind }: { kind: string }) => kind === "integration");
  return Object.fromEntries(
    ofNet.map((one: { target: string; reason: string | null }) => [one.target.split("/")[0], one.reason ?? "match"]),
  );
};

const agencys = `/v1/apps/${shop}/integrations/net_int?configurator=bright`;

test("an event reaches a partner through one configurator only: the agency's own through the agency, the rest through the advertiser", async () => {
  const world = await severalAccounts();
  assert.deepEqual(await decided(world, { media_source: "net_int" }), {
    "integration:net_int": "match",
    "integration:net_int:bright": "other_configurator",
  });
  assert.deepEqual(await decided(world, { media_source: "net_int", af_prt: "brightprt" }), {
    "integration:net_int": "other_configurator",
    "integration:net_int:bright": "match",
  });
  const off = await ask(world, "bright", { method: "PATCH", url: agencys, payload: { active: false } });
  assert.equal(off.statusCode, 200, off.body);
  assert.equal((await decided(world, { af_prt: "brightprt" }))["integration:net_int"], "match");
});

test("a grant that is taken back holds for the next decision, and for the next change", async () => {
  const world = await severalAccounts();
  const less = {
    method: "PATCH",
    url: `/v1/apps/${shop}/grants/bright`,
    payload: { event_names: ["level_up"] },
  } as const;
  assert.equal((await ask(world, "admin", less)).statusCode, 200);
  assert.equal((await decided(world, { af_prt: "brightprt" }))["integration:net_int:bright"], "not_granted");
  const gone = await ask(world, "admin", { method: "DELETE", url: `/v1/apps/${shop}/grants/bright` });
  assert.equal(gone.statusCode, 200, gone.body);
  assert.equal((await decided(world, { af_prt: "brightprt" }))["integration:net_int:bright"], "not_granted");
  const changed = await ask(world, "bright", { method: "PATCH", url: agencys, payload: { active: false } });
  assert.equal(changed.statusCode, 404);
  assert.deepEqual((await ask(world, "bright", { url: "/v1/postbacks" })).json().data, []);
  assert.equal((await ask(world, "bright", { url: `/v1/events/${world.eventOfAgency}` })).statusCode, 404);
});

test("an agency is told what of its change is more than the grant, by the field", async () => {
  const world = await severalAccounts();
  const url = `/v1/apps/${shop}/grants/bright`;
  const payload = { share_revenue: false, share_events: "attributed_only" };
  assert.equal((await ask(world, "admin", { method: "PATCH", url, payload })).statusCode, 200);
  const mappings = [
    { event_name: "purchase", partner_event: "p2", send_for: "all_sources", data_sharing: "values_and_revenue" },
    { event_name: "never_seen", partner_event: "p3" },
  ];
  const refused = await ask(world, "bright", { method: "PATCH", url: agencys, payload: { mappings } });
  assert.equal(refused.statusCode, 403, refused.body);
  assert.deepEqual(
    refused.json().errors.map(({ code, path }: { code: string; path: string }) => `${code} ${path}`),
    [
      "grant.share_events mappings[0].send_for",
      "grant.share_revenue mappings[0].data_sharing",
      "grant.event_unknown mappings[1].event_name",
    ],
  );
  await decided(world, { event_name: "level_up" });
  const seen = [{ event_name: "level_up", partner_event: "l", send_for: "partner_only", data_sharing: "none" }];
  const done = await ask(world, "bright", { method: "PATCH", url: agencys, payload: { mappings: seen } });
  assert.equal(done.statusCode, 200, done.body);
});

test("an agency maps an event that the owner has created and the app has not reported, and none that nobody has named", async () => {
  const world = await severalAccounts();
  const url = `/v1/apps/${shop}/events`;
  const created = await ask(world, "editor", { method: "POST", url, payload: { name: "vip_joined" } });
  assert.equal(created.statusCode, 201, created.body);
  const listed: readonly { readonly name: string }[] = (await ask(world, "bright", { url })).json().data;
  assert.ok(listed.some(({ name }) => name === "vip_joined"));
  const mapping = { partner_event: "v", send_for: "partner_only", data_sharing: "none" };
  const map = (name: string) =>
    ask(world, "bright", {
      method: "PATCH",
      url: agencys,
      payload: { mappings: [{ event_name: name, ...mapping }] },
    });
  const refused = await map("vip_left");
  assert.equal(refused.json().code, "grant.event_unknown", refused.body);
  assert.match(refused.json().detail, /creates or maps/);
  const done = await map("vip_joined");
  assert.equal(done.statusCode, 200, done.body);
  assert.deepEqual(await decided(world, { event_name: "vip_joined", af_prt: "brightprt", media_source: "net_int" }), {
    "integration:net_int": "other_configurator",
    "integration:net_int:bright": "match",
  });
});

test("a partner with a grant maps and sets the window of the advertiser's integration, and removes nothing", async () => {
  const world = await severalAccounts();
  const url = `/v1/apps/${shop}/integrations/net_int`;
  const window = { method: "PATCH", url, payload: { in_app_postbacks: { window: { days: 30 } } } } as const;
  assert.equal((await ask(world, "net", window)).statusCode, 403);
  const grant = {
    method: "PUT",
    url: `/v1/apps/${shop}/grants/net`,
    payload: { configure_in_app_postbacks: true },
  } as const;
  assert.ok((await ask(world, "admin", grant)).statusCode < 300);
  const done = await ask(world, "net", window);
  assert.equal(done.statusCode, 200, done.body);
  const off = await ask(world, "net", { method: "PATCH", url, payload: { active: false } });
  assert.equal(off.json().code, "grant.configure", off.body);
  assert.equal((await ask(world, "net", { method: "DELETE", url })).json().code, "grant.configure");
});

test("an agency that leaves out whose integration it means is told where its own is", async () => {
  const world = await severalAccounts();
  const url = `/v1/apps/${shop}/integrations/net_int`;
  for (const method of ["PUT", "PATCH", "DELETE"] as const) {
    const refused = await ask(world, "bright", { method, url, payload: { active: false } });
    assert.equal(refused.statusCode, 404);
    assert.match(refused.json().detail, /\?configurator=bright/);
  }
  const stranger = await ask(world, "rival", { method: "PATCH", url, payload: { active: false } });
  assert.ok(!stranger.body.includes("configurator"), stranger.body);
});
