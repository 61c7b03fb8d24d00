import assert from "node:assert/strict";
import test from "node:test";
import { resourceRoutes } from "#src/contract/resource-contract.ts";
import { aCatalog, aGrant, aMapping, anAccount, anApp, anIntegration, aPartner } from "#test/support/a-catalog.ts";
import { accept } from "#test/support/an-engine.ts";
import { anEvent } from "#test/support/an-event.ts";
import { assertAnswers, assertProblem } from "#test/support/an-http.ts";
import { resourceCalls } from "#test/support/resource-calls.ts";

const game = "/v1/apps/com.example.game";
const integration = `${game}/integrations/examplenetwork_int`;

const start = (catalog = aCatalog()) => resourceCalls(catalog);

const change = resourceRoutes.app.replace;

test("a resource is made, read, changed, listed and removed, each answer with its own revision", async () => {
  const { call } = await start();
  const created = await call("POST /v1/apps", { id: "shop", name: "Shop" });
  assert.equal(created.statusCode, 201, created.body);
  assert.equal(created.headers["etag"], '"2"');
  assert.deepEqual([created.json().key, created.json().revision, created.json().changed], ["app/shop", 2, true]);
  const read = assertAnswers(resourceRoutes.app.read, await call("GET /v1/apps/shop"));
  assert.deepEqual([read["name"], read["account_id"], read["revision"]], ["Shop", "main", 2]);
  const patched = assertAnswers(change, await call("PATCH /v1/apps/shop", { name: "Store" }));
  assert.deepEqual([patched.revision, patched.resource?.["name"], patched.changes], [3, "Store", ["app/shop"]]);
  assert.equal((await call(`GET ${game}`)).json().revision, 1, "another resource keeps its revision");
  const list = (await call("GET /v1/apps?limit=1")).json();
  assert.deepEqual([list.data[0].id, list.next_cursor], ["com.example.game", "com.example.game"]);
  const rest = (await call(`GET /v1/apps?cursor=${list.next_cursor}`)).json();
  assert.deepEqual([rest.data.length, rest.data[0].id, rest.next_cursor], [1, "shop", null]);
  const removed = assertAnswers(change, await call("DELETE /v1/apps/shop"));
  assert.deepEqual([removed.revision, removed.resource, removed.changed], [null, null, true]);
  assertProblem(await call("GET /v1/apps/shop"), 404, "app.not_found");
});

test("every kind of resource goes the same way", async () => {
  const { call } = await start(aCatalog({ accounts: [anAccount()] }));
  const rule = { id: "crash", triggers: [{ key: "a.CrashEvent", matches: "ex" }], template: template() };
  for (const [method, url, body, status] of [
    ["POST", "/v1/accounts", { id: "acme", kind: "advertiser" }, 201],
    ["POST", "/v1/partners", { id: "north" }, 201],
    ["PUT", `${game}/grants/agency`, { share_revenue: true }, 200],
    ["PUT", `${game}/integrations/north`, {}, 200],
    ["PUT", `${game}/integrations/north?configurator=agency`, { install_postbacks: "off" }, 200],
    ["POST", `${game}/rules`, rule, 201],
  ] as const) {
    const answer = await call(`${method} ${url}`, body);
    assert.equal(answer.statusCode, status, answer.body);
  }
  for (const [url, member, value] of [
    ["/v1/accounts/acme", "kind", "advertiser"],
    ["/v1/accounts/main", "kind", "advertiser"],
    ["/v1/partners/north", "account_id", "main"],
    [`${game}/grants/agency`, "share_revenue", true],
    [`${game}/integrations/north`, "install_postbacks", "partner_only"],
    [`${game}/integrations/north?configurator=agency`, "install_postbacks", "off"],
    [`${game}/rules/crash`, "active", false],
  ] as const)
    assert.equal((await call(`GET ${url}`)).json()[member], value, url);
  const lists = ["/v1/accounts", "/v1/partners", `${game}/grants`, `${game}/integrations`, `${game}/rules`];
  const counts = await Promise.all(lists.map(async (url) => (await call(`GET ${url}`)).json().data.length));
  assert.deepEqual(counts, [3, 2, 1, 3, 1]);
  assertProblem(await call(`POST ${game}/rules`, rule), 409, "resource.exists");
  assertProblem(await call(`GET ${game}/rules/x`), 404, "rule.not_found");
  assertProblem(await call("GET /v1/apps/x/rules"), 404, "app.not_found");
  assertProblem(await call("PUT /v1/apps/x/integrations/north", {}), 404, "app.not_found");
});

const template = () => ({ dialect: "adobe", url: "https://hooks.example.com/?d={a.DeviceName}" });

test("a merge patch replaces lists, and null is the default again", async () => {
  const { call } = await start();
  const first = { in_app_postbacks: { window: { days: 3 } }, mappings: [{ event_name: "a" }, { event_name: "b" }] };
  await call(`PATCH ${integration}`, first);
  const { resource } = assertAnswers(change, await call(`PATCH ${integration}`, { mappings: [{ event_name: "c" }] }));
  assert.equal(JSON.stringify(resource?.["mappings"]).includes('"event_name":"a"'), false);
  assert.match(JSON.stringify(resource), /"window":\{"days":3\}/);
  const { resource: reset } = assertAnswers(change, await call(`PATCH ${integration}`, { in_app_postbacks: null }));
  assert.match(JSON.stringify(reset), /"window":\{"days":180\}/);
});

test("a change made from another revision is refused, by header or in the body", async () => {
  const { call } = await start();
  for (const answer of [
    await call(`PATCH ${game}`, { name: "x" }, { "if-match": '"7"' }),
    await call(`PATCH ${game}`, { name: "x", revision: 7 }),
    await call(`DELETE ${game}`, undefined, { "if-match": '"7"' }),
    await call("PUT /v1/partners/none", {}, { "if-match": "*" }),
  ])
    assertProblem(answer, 412, "resource.lost_race");
  assertProblem(await call(`PATCH ${game}`, { name: "x" }, { "if-match": "seven" }), 400, "request.invalid");
  assertProblem(await call(`PATCH ${game}`, { name: "x", revision: 2 }, { "if-match": "1" }), 400, "request.invalid");
  const read = (await call(`GET ${game}`)).json();
  assert.equal((await call(`PUT ${game}`, read)).json().changed, false, "what was read can be put back");
  assert.equal((await call(`PATCH ${game}`, { name: "x" }, { "if-match": '"1"' })).json().revision, 2);
  assert.equal((await call(`PATCH ${game}`, { name: "y" }, { "if-match": "*" })).json().revision, 3);
});

test("a dry run tells what would become of it and changes nothing", async () => {
  const { call, under } = await start();
  const dry = assertAnswers(change, await call(`PATCH ${game}?dry_run=true`, { name: "x" }));
  assert.deepEqual([dry.changed, dry.dry_run, dry.revision, dry.resource?.["name"]], [true, true, 1, "x"]);
  assert.equal(under.engine.catalog.current().revision, 1);
  const template = await call("PATCH /v1/partners/examplenetwork_int?dry_run=true", { templates: [] });
  assert.deepEqual(template.json().touches, { apps: 1, integrations: 1 });
  assertProblem(await call(`PATCH ${game}?dry_run=true`, { nam: "x" }), 422, "catalog.refused");
});

test("a mistake names its place in the resource, and the fix", async () => {
  const { call } = await start();
  const conditions = Array.from({ length: 6 }, (_none, index) => ({ property: "level", value: index }));
  for (const [body, path, words] of [
    [{ mappings: [{ event_name: "a", conditions }] }, "mappings[0].conditions", /at most 5 conditions/],
    [
      { mappings: [{ event_name: "a", conditions: [{ property: "level", value: [1, 2] }] }] },
      "mappings[0].conditions[0].value",
      /a member equals this; for one of several values write a condition for each/,
    ],
    [{ mapings: [] }, "mapings", /did you mean `mappings`/],
    [{ parameters: { nope: "1" } }, "parameters.nope", /the partner has no parameter nope/],
    [{ partner_id: "other" }, "partner_id", /must be examplenetwork_int, as the address says/],
    [{ mappings: [{ event_name: "a" }, { event_name: "a" }] }, "mappings[1].id", /mappings\[0\] is the same/],
  ] as const) {
    const refused = await call(`PATCH ${integration}`, body);
    assertProblem(refused, 422, "catalog.refused");
    assert.equal(refused.json().errors[0].path, path);
    assert.match(refused.json().errors[0].message, words);
    assert.doesNotMatch(refused.json().errors[0].message, /apps\[/);
  }
  assertProblem(await call(`PUT ${integration}`, '{"active":true,"active":false}'), 422, "catalog.refused");
  assertProblem(await call(`PUT ${integration}`, "{"), 400, "catalog.malformed");
  assertProblem(await call(`PUT ${integration}`, ""), 400, "catalog.malformed");
  assertProblem(await call(`PUT ${integration}`, "[]"), 422, "catalog.refused");
  assertProblem(await call("POST /v1/apps", { name: "x" }), 422, "catalog.refused");
});

test("what others refer to is in the way, and is named; a partner takes its integrations with it when asked to", async () => {
  const { call, under } = await start();
  const refused = await call("DELETE /v1/partners/examplenetwork_int");
  assertProblem(refused, 409, "resource.in_use");
  assert.equal(refused.json().errors[0].path, "integration/com.example.game/examplenetwork_int.partner_id");
  const dry = await call("DELETE /v1/partners/examplenetwork_int?cascade=true&dry_run=true");
  assert.deepEqual(dry.json().changes, [
    "partner/examplenetwork_int",
    "integration/com.example.game/examplenetwork_int",
  ]);
  assert.equal((await call("DELETE /v1/partners/examplenetwork_int?cascade=true")).statusCode, 200);
  assert.equal(under.engine.catalog.current().receivers.size, 0);
  assertProblem(await call("DELETE /v1/partners/examplenetwork_int"), 404, "partner.not_found");
});

for (const [what, url] of [
  ["an integration", integration],
  ["a partner", "/v1/partners/examplenetwork_int?cascade=true"],
] as const)
  test(`postbacks that wait are in the way of removing ${what}: told how many, and cancelled when asked to`, async () => {
    const { call, under } = await start();
    await under.engine.pause({ level: "everything" }, "local");
    await accept(under, [anEvent(), anEvent()]);
    for (const removed of [game, url]) {
      const refused = await call(`DELETE ${removed}`);
      assertProblem(refused, 409, "resource.waiting");
      assert.match(refused.json().detail, /^2 postbacks wait .* \(integration_removed\); send cancel_waiting=true/);
    }
    const asked = `${url}${url.includes("?") ? "&" : "?"}`;
    const dry = assertAnswers(change, await call(`DELETE ${asked}dry_run=true`));
    assert.deepEqual([dry.cancels.waiting, dry.cancels.becomes], [2, "cancelled"]);
    const removed = assertAnswers(change, await call(`DELETE ${asked}cancel_waiting=true`));
    assert.equal(removed.cancels.receivers[0]?.reason, "integration_removed");
    await under.clock.turn(60_000);
    const found = await under.storage.log.findPostbacks({ state: "cancelled" }, { limit: 10, cursor: null });
    assert.equal(found.items.length, 2);
  });

test("a POST that is repeated with its idempotency key is done once", async () => {
  const { call, under } = await start();
  const headers = { "idempotency-key": "k-1" };
  const first = await call("POST /v1/partners", { id: "north" }, headers);
  const again = await call("POST /v1/partners", { id: "north" }, headers);
  assert.equal(first.body, again.body);
  assert.equal(under.engine.catalog.current().revision, 2);
  assertProblem(await call("POST /v1/partners", { id: "south" }, headers), 422, "request.idempotency_key");
  assertProblem(await call("POST /v1/partners?dry_run=true", { id: "north" }, headers), 422, "request.idempotency_key");
  assert.equal((await call("POST /v1/apps", { id: "north" }, headers)).json().key, "app/north");
});

const accounts = [
  anAccount({ id: "acme", kind: "advertiser", afPrtNames: [] }),
  anAccount(),
  anAccount({ id: "net", kind: "partner", afPrtNames: [] }),
];

const [acme, agency, net] = accounts.map(({ id }) => id);
assert.ok(acme !== undefined && agency !== undefined && net !== undefined);

const severalAccounts = () =>
  start(
    aCatalog({
      accounts,
      partners: [aPartner(), aPartner({ id: "own", accountId: acme }), aPartner({ id: "net", accountId: net })],
      apps: [
        anApp({
          accountId: acme,
          grants: [aGrant({ configureInAppPostbacks: true })],
          integrations: [
            anIntegration({ mappings: [aMapping()] }),
            anIntegration({ configurator: "agency" }),
            anIntegration({ partnerId: "net" }),
          ],
        }),
        anApp({ id: "elsewhere", integrations: [] }),
      ],
    }),
  );
const idsIn = (answer: { json: () => { data: { id?: string; partner_id?: string }[] } }) =>
  answer.json().data.map(({ id, partner_id }) => id ?? partner_id);

test("an advertiser sees and changes its own apps and partners, and connects those of all", async () => {
  const { as } = await severalAccounts();
  const owner = await as("acme", "owner");
  assert.deepEqual(idsIn(await owner("GET /v1/apps")), ["com.example.game"]);
  assert.deepEqual(idsIn(await owner("GET /v1/partners")), ["examplenetwork_int", "net", "own"]);
  assert.deepEqual(idsIn(await owner("GET /v1/accounts")), ["acme"]);
  assert.equal((await owner(`PATCH ${integration}`, { active: false })).statusCode, 200);
  assert.equal((await owner("PATCH /v1/partners/own", { name: "x" })).statusCode, 200);
  assertProblem(await owner("PATCH /v1/partners/net", { name: "x" }), 403, "resource.forbidden");
  assertProblem(await owner("GET /v1/apps/elsewhere"), 404, "app.not_found");
  assertProblem(await owner("PATCH /v1/apps/elsewhere", { nam: "x" }), 404, "app.not_found");
  assertProblem(await owner("DELETE /v1/apps/elsewhere"), 404, "app.not_found");
  const stale = { revision: 99 };
  assertProblem(await owner("PATCH /v1/apps/elsewhere", stale), 404, "app.not_found");
  assertProblem(await owner("PUT /v1/apps/elsewhere", stale), 409, "resource.exists");
  assertProblem(await owner("PUT /v1/apps/nowhere", stale), 412, "resource.lost_race");
  assertProblem(await owner("PUT /v1/apps/elsewhere", {}), 409, "resource.exists");
  assertProblem(await owner("PUT /v1/apps/elsewhere/integrations/own", {}), 404, "app.not_found");
  assertProblem(await owner("POST /v1/apps", { id: "new", account_id: "main" }), 403, "resource.forbidden");
  assert.equal((await owner("POST /v1/apps", { id: "new" })).json().resource.account_id, "acme");
  assertProblem(await owner(`PATCH ${game}`, { account_id: "main" }), 403, "resource.forbidden");
  assertProblem(await owner("PUT /v1/accounts/acme", { kind: "advertiser" }), 403, "auth.role");
});

test("a role below the one asked for changes nothing, and a viewer sees no test devices", async () => {
  const { as, call } = await severalAccounts();
  await call(`PATCH ${game}`, { test_devices: ["38400000-8cf0-11bd-b23e-10b96e40000d"] });
  const viewer = await as("acme", "viewer");
  assertProblem(await viewer(`PATCH ${integration}`, { active: false }), 403, "auth.role");
  assert.deepEqual((await viewer(`GET ${game}`)).json().test_devices, ["…"]);
  const editor = await as("acme", "editor");
  assertProblem(await editor(`PUT ${game}/grants/agency`, {}), 403, "auth.role");
});

test("an agency changes its own integrations of apps that are granted to it, a partner looks at those with it", async () => {
  const { as } = await severalAccounts();
  const agent = await as("agency", "admin");
  const own = `${integration}?configurator=agency`;
  assert.equal((await agent(`PATCH ${own}`, { active: false })).statusCode, 200);
  assertProblem(await agent(`PATCH ${integration}`, { active: false }), 404, "integration.not_found");
  assert.deepEqual((await agent(`GET ${game}/integrations`)).json().data.length, 1);
  assertProblem(await agent(`PATCH ${game}`, { name: "x" }), 403, "resource.forbidden");
  assertProblem(await agent(`PATCH ${game}/grants/agency`, { share_revenue: true }), 403, "resource.forbidden");
  assertProblem(await agent(`GET ${game}/rules/x`), 404, "rule.not_found");
  const network = await as("net", "owner");
  assert.deepEqual(idsIn(await network(`GET ${game}/integrations`)), ["net"]);
  assertProblem(await network(`PATCH ${game}/integrations/net`, { active: false }), 403, "resource.forbidden");
  assert.equal((await network("PATCH /v1/partners/net", { name: "Net" })).statusCode, 200);
  assertProblem(await network("PATCH /v1/partners/own", { name: "x" }), 404, "partner.not_found");
});

test("apps of other accounts are in the way without being named; a partner's account is told of those that it sees", async () => {
  const { as } = await severalAccounts();
  const editor = await as("main", "editor");
  const refused = await editor("DELETE /v1/partners/examplenetwork_int");
  assertProblem(refused, 409, "resource.in_use");
  assert.deepEqual([refused.json().errors.length, refused.json().errors[0].code], [1, "catalog.in_use"]);
  assert.doesNotMatch(refused.body, /com\.example\.game|agency/);
  const cascade = await editor("DELETE /v1/partners/examplenetwork_int?cascade=true");
  assertProblem(cascade, 403, "resource.forbidden");
  assert.doesNotMatch(cascade.body, /com\.example\.game|agency/);
  const seen = await (await as("net", "owner"))("DELETE /v1/partners/net");
  assertProblem(seen, 409, "resource.in_use");
  assert.equal(seen.json().errors[0].path, "integration/com.example.game/net.partner_id");
});

test("a partner in use says what removes it with what refers to it", async () => {
  const { call } = await resourceCalls(aCatalog({ apps: [anApp({ integrations: [anIntegration({})] })] }));
  const refused = await call("DELETE /v1/partners/examplenetwork_int");
  assertProblem(refused, 409, "resource.in_use");
  const place = "integration/com.example.game/examplenetwork_int.partner_id";
  const said = `${place} refers to it; remove or change that first`;
  assert.equal(refused.json().detail, `it is in use: ${said}, or send cascade=true to remove its integrations with it`);
  assert.equal(refused.json().errors[0].message, said);
});

test("of a new resource every mistake is told at once, and the title speaks of what was sent", async () => {
  const { call } = await resourceCalls(aCatalog({}));
  const refused = await call("POST /v1/partners", { nmae: "x", knd: "custom" });
  assertProblem(refused, 422, "catalog.refused");
  const { errors, title } = refused.json();
  assert.deepEqual(
    errors.map(({ path }: { path: string }) => path),
    ["id", "nmae", "knd"],
  );
  assert.ok(!title.includes("catalog"), title);
});
