import assert from "node:assert/strict";
import test from "node:test";
import { resourceRoutes } from "#src/contract/resource-contract.ts";
import { routes } from "#src/contract/routes.ts";
import {
  aCatalog,
  aGrant,
  aMapping,
  anAccount,
  anApp,
  anIntegration,
  aPartner,
  aRule,
} from "#test/support/a-catalog.ts";
import { assertAnswers, assertProblem } from "#test/support/an-http.ts";
import { resourceCalls } from "#test/support/resource-calls.ts";

const game = "/v1/apps/com.example.game";
const integration = `${game}/integrations/examplenetwork_int`;
const mappings = ["a", "b", "c"].map((id) => aMapping({ id, eventName: id }));
const acme = anAccount({ id: "acme", kind: "advertiser", afPrtNames: [] });

const start = () =>
  resourceCalls(
    aCatalog({
      accounts: [acme],
      apps: [
        anApp({ integrations: [anIntegration({ mappings })], rules: [aRule({ id: "r1" }), aRule({ id: "r2" })] }),
        anApp({ id: "second", integrations: [] }),
        anApp({ id: "third" }),
        anApp({ id: "foreign", accountId: acme.id, integrations: [] }),
      ],
    }),
  );

test("an integration is copied to all the apps that are named, or to none", async () => {
  const { call, under } = await start();
  const revision = () => under.engine.catalog.current().revision;
  for (const [body, code, status] of [
    [{ app_ids: ["second", "third"] }, "resource.exists", 409],
    [{ app_ids: ["second", "foreign"] }, "catalog.refused", 422],
    [{ app_ids: ["second", "none"] }, "app.not_found", 404],
    [{ app_ids: [] }, "request.invalid", 400],
  ] as const)
    assertProblem(await call(`POST ${integration}/copy`, body), status, code);
  assert.equal(revision(), 1);
  const dry = await call(`POST ${integration}/copy?dry_run=true`, { app_ids: ["second"] });
  assert.deepEqual([dry.json().changes, revision()], [["integration/second/examplenetwork_int"], 1]);
  const copied = await call(`POST ${integration}/copy`, { app_ids: ["second", "third"], overwrite: true });
  assert.equal(assertAnswers(routes.copyIntegration, copied).changes.length, 2);
  const { data } = (await call("GET /v1/apps/second/integrations")).json();
  assert.equal(data[0].mappings.length, 3);
  assertProblem(
    await call(`POST ${game}/integrations/none/copy`, { app_ids: ["second"] }),
    404,
    "integration.not_found",
  );
});

test("mappings are changed or removed in bulk, all of them or none", async () => {
  const { call } = await start();
  const refused = await call(`POST ${integration}/mappings/bulk`, { ids: ["a", "x"], set: { active: false } });
  assertProblem(refused, 422, "catalog.refused");
  assert.deepEqual(refused.json().errors[0].path, "ids[1]");
  const set = { active: false, data_sharing: "none", send_for: "all_sources" };
  const changed = assertAnswers(
    resourceRoutes.integration.patch,
    await call(`POST ${integration}/mappings/bulk`, { ids: ["a", "b"], set }),
  );
  const shown = (resource: unknown) =>
    Object(resource).mappings.map(({ id, active }: { id: string; active: boolean }) => `${id} ${active}`);
  assert.deepEqual(shown(changed.resource), ["a false", "b false", "c true"]);
  const removed = await call(`POST ${integration}/mappings/bulk`, { ids: ["b"], remove: true });
  assert.deepEqual(shown(removed.json().resource), ["a false", "c true"]);
  assertProblem(await call(`POST ${integration}/mappings/bulk`, { ids: ["a"], set: {} }), 400, "request.invalid");
  const lost = await call(`POST ${integration}/mappings/bulk`, { ids: ["a"], remove: true }, { "if-match": '"1"' });
  assertProblem(lost, 412, "resource.lost_race");
});

test("rules are activated and deactivated, those named or all of them", async () => {
  const { call } = await start();
  const actives = async () =>
    (await call(`GET ${game}/rules`)).json().data.map(({ active }: { active: boolean }) => active);
  await call(`POST ${game}/rules/deactivate`, { ids: "*" });
  assert.deepEqual(await actives(), [false, false]);
  const once = { "idempotency-key": "k-1" };
  await call(`POST ${game}/rules/activate`, { ids: "*" }, once);
  assert.deepEqual(await actives(), [true, true]);
  await call(`POST ${game}/rules/deactivate`, { ids: "*" }, once);
  assert.deepEqual(await actives(), [false, false]);
  const one = assertAnswers(routes.activateRules, await call(`POST ${game}/rules/activate`, { ids: ["r2"] }));
  assert.deepEqual(one.changes, ["rule/com.example.game/r2"]);
  assert.deepEqual(await actives(), [false, true]);
  assertProblem(await call(`POST ${game}/rules/activate`, { ids: ["r1", "x"] }), 422, "catalog.refused");
  assert.deepEqual(await actives(), [false, true]);
  assertProblem(await call("POST /v1/apps/none/rules/activate", { ids: "*" }), 404, "app.not_found");
});

test("the audit log tells who changed what, with what stood there before, and a change of then is made again", async () => {
  const { call, as } = await start();
  await call("PATCH /v1/partners/examplenetwork_int", { name: "First" });
  await call("PATCH /v1/partners/examplenetwork_int", { name: "Second" });
  const versions = assertAnswers(
    routes.readPartnerVersions,
    await call("GET /v1/partners/examplenetwork_int/versions?limit=2"),
  );
  assert.deepEqual(
    versions.data.map(({ revision, before, after, by, change }) => [
      revision,
      before?.["name"],
      after?.["name"],
      by,
      change,
    ]),
    [
      [3, "First", "Second", "an operator", "changed"],
      [2, "Example Network", "First", "an operator", "changed"],
    ],
  );
  assert.equal(
    (await call(`GET /v1/partners/examplenetwork_int/versions?cursor=${versions.next_cursor}`)).json().data.length,
    1,
  );
  const restored = await call("POST /v1/audit/restore", { key: "partner/examplenetwork_int", revision: 2 });
  assert.deepEqual([restored.json().resource.name, restored.json().revision], ["First", 4]);
  assert.deepEqual(restored.json().touches, { apps: 2, integrations: 2 });
  assertProblem(await call("POST /v1/audit/restore", { key: "partner/x", revision: 2 }), 404, "audit.not_found");
  assertProblem(await call("POST /v1/audit/restore", { key: "nonsense", revision: 2 }), 404, "audit.not_found");
  await call("DELETE /v1/apps/second");
  const back = await call("POST /v1/audit/restore", { key: "app/second", revision: 1 });
  assert.deepEqual([back.statusCode, back.json().resource.id], [200, "second"]);
  const found = async (query: string) => (await call(`GET /v1/audit?${query}`)).json().data.length;
  assert.deepEqual(
    await Promise.all(["kind=partner", "app_id=second", "by=nobody", "since_revision=4", "account_id=main"].map(found)),
    [4, 3, 0, 2, 5],
  );
  const foreign = await as("acme", "editor");
  assert.deepEqual(
    (await foreign("GET /v1/audit")).json().data.map(({ key }: { key: string }) => key),
    ["app/foreign"],
  );
  assertProblem(await foreign("POST /v1/audit/restore", { key: "app/second", revision: 1 }), 404, "audit.not_found");
  await call("PATCH /v1/apps/foreign", { name: "x" });
  const ours = await as("main", "editor");
  const keys = (await ours("GET /v1/audit")).json().data.map(({ key }: { key: string }) => key);
  assert.ok(
    !keys.includes("app/foreign") && keys.includes("app/second"),
    "an operator's change of another's is not told",
  );
});

test("an editor brings back no grant that an admin took away, and no account", async () => {
  const { call, as, under } = await start();
  const grant = "/v1/apps/foreign/grants/net";
  await call("PUT /v1/accounts/net", { kind: "partner" });
  const made = await call(`PUT ${grant}`, { share_revenue: true });
  await call(`DELETE ${grant}`);
  const back = { key: "grant/foreign/net", revision: made.json().revision };
  const editor = await as("acme", "editor");
  assertProblem(await editor("POST /v1/audit/restore", back), 403, "auth.role");
  assert.equal(under.engine.catalog.current().revision, 4);
  const admin = await as("acme", "admin");
  assert.equal((await admin("POST /v1/audit/restore", back)).json().resource.share_revenue, true);
  await call(`DELETE ${grant}`);
  await call("DELETE /v1/accounts/net");
  assertProblem(await admin("POST /v1/audit/restore", { key: "account/net", revision: 2 }), 404, "audit.not_found");
});

test("a partner changes no more in bulk, and by restoring, than one by one", async () => {
  const net = anAccount({ id: "net", kind: "partner", afPrtNames: [] });
  const grants = [aGrant({ accountId: "net", configureInAppPostbacks: true })];
  const modest = mappings.map((mapping) => ({ ...mapping, dataSharing: "none", sendFor: "partner_only" }) as const);
  const integrations = [anIntegration({ mappings: modest })];
  const { call, as } = await resourceCalls(
    aCatalog({
      accounts: [acme, net],
      partners: [aPartner({ accountId: net.id })],
      apps: [anApp({ accountId: acme.id, integrations, grants })],
    }),
  );
  const partner = await as("net", "owner");
  const bulk = `POST ${integration}/mappings/bulk`;
  assert.equal((await partner(bulk, { ids: ["a"], set: { active: false } })).statusCode, 200);
  for (const body of [
    { ids: ["a"], set: { data_sharing: "values_and_revenue" } },
    { ids: ["a"], set: { send_for: "all_sources" } },
    { ids: ["a"], remove: true },
  ])
    assertProblem(await partner(bulk, body), 403, "grant.configure");
  const removed = await call(`DELETE ${integration}`);
  const { revision } = (await call(`PUT ${integration}`, { active: true })).json();
  const key = "integration/com.example.game/examplenetwork_int";
  const back = { key, revision: revision - 1 };
  assert.equal(removed.statusCode, 200);
  assertProblem(await partner("POST /v1/audit/restore", back), 403, "grant.configure");
});
