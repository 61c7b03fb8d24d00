import assert from "node:assert/strict";
import test from "node:test";
import { nodeHashes } from "#src/adapters/system/node-hashes.ts";
import { routes } from "#src/contract/routes.ts";
import { secretName } from "#src/core/ids.ts";
import { aCatalog, aPartner, aTemplate } from "#test/support/a-catalog.ts";
import { aNewKey } from "#test/support/a-new-key.ts";
import { anEngine } from "#test/support/an-engine.ts";
import { anHttp, anHttpOver, assertAnswers, assertProblem } from "#test/support/an-http.ts";
import { seededChance } from "#test/support/seeded-chance.ts";
import { openKeyring } from "./keyring.ts";

test("a key is shown once, works at once, and is stored as a hash only", async () => {
  const { ask, app, storage } = await anHttp();
  const made = assertAnswers(
    routes.makeKey,
    await ask({
      method: "POST",
      url: "/v1/keys",
      payload: { kind: "ingest", name: "ios", app_id: "com.example.game" },
    }),
  );
  assert.match(made.key, /^carom_ingest_[A-Za-z0-9_-]{43}$/);
  assert.ok(made.key.startsWith(made.hint) && made.hint.length < 25);
  const headers = { authorization: `Bearer ${made.key}` };
  const sent = await app.inject({ method: "POST", url: "/v1/events", payload: { event_name: "purchase" }, headers });
  assert.equal(sent.statusCode, 202, sent.body);
  const listed = await ask({ url: "/v1/keys" });
  const { data } = assertAnswers(routes.listKeys, listed);
  assert.deepEqual(
    data.map(({ name, kind }) => [name, kind]),
    [
      ["the app", "ingest"],
      ["an operator", "management"],
      ["ios", "ingest"],
    ],
  );
  assert.ok(!listed.body.includes(made.key));
  assert.ok(!JSON.stringify(await storage.keys.all()).includes(made.key.slice(made.hint.length)));
});

test("a removed key is unknown at once", async () => {
  const { ask, app } = await anHttp();
  const made = (await ask({ method: "POST", url: "/v1/keys", payload: { kind: "management", name: "old" } })).json();
  assert.match(made.key, /^carom_mgmt_/);
  const asOld = () => app.inject({ url: "/v1/keys", headers: { authorization: `bearer ${made.key}` } });
  assert.equal((await asOld()).statusCode, 200);
  assertAnswers(routes.removeKey, await ask({ method: "DELETE", url: `/v1/keys/${made.id}` }));
  assertProblem(await asOld(), 401, "auth.unknown_key");
  assertProblem(await ask({ method: "DELETE", url: `/v1/keys/${made.id}` }), 404, "key.not_found");
});

test("a key that cannot be is refused", async () => {
  const { ask } = await anHttp();
  const make = (payload: object) => ask({ method: "POST", url: "/v1/keys", payload });
  assertProblem(await make({ kind: "ingest", name: "x", app_id: "com.other" }), 422, "key.app_unknown");
  assertProblem(await make({ kind: "ingest", name: "x" }), 400, "request.invalid");
  assertProblem(
    await make({ kind: "management", name: "x", app_id: "com.example.game" }),
    400,
    "request.unknown_field",
  );
  assertProblem(await make({ kind: "export", name: "x", app_id: "com.other" }), 422, "key.app_unknown");
  assertProblem(await make({ kind: "export", name: "x" }), 400, "request.invalid");
  assertProblem(await make({ kind: "management", name: " " }), 400, "request.invalid");
});

test("a key asked for twice under one idempotency-key is made once", async () => {
  const { ask } = await anHttp();
  const payload = { kind: "management", name: "ops" };
  const make = (key: string) => ask({ method: "POST", url: "/v1/keys", payload, headers: { "idempotency-key": key } });
  const first = assertAnswers(routes.makeKey, await make("a"));
  const again = assertAnswers(routes.makeKey, await make("a"));
  assert.equal(again.key, first.key);
  assert.notEqual(assertAnswers(routes.makeKey, await make("b")).key, first.key);
  assert.equal((await ask({ url: "/v1/keys" })).json().data.length, 4);
});

test("only a management key manages keys, and nobody without one does", async () => {
  const { app, keys } = await anHttp();
  const asApp = { authorization: `Bearer ${keys.ingest}` };
  assertProblem(await app.inject({ url: "/v1/keys", headers: asApp }), 403, "auth.wrong_kind");
  assertProblem(await app.inject({ method: "POST", url: "/v1/keys", payload: {} }), 401, "auth.missing");
  const long = { authorization: `Bearer ${"x".repeat(10_000)}` };
  assertProblem(await app.inject({ url: "/v1/keys", headers: long }), 401, "auth.unknown_key");
});

test("keys outlive the process that made them, and no two are alike", async () => {
  const { storage, clock, keys } = await anHttp();
  const again = await openKeyring({ keys: storage.keys, hashes: nodeHashes, clock, chance: seededChance(2) });
  const found = again.find(keys.ingest);
  assert.equal(found.kind === "key" && found.key.kind, "ingest");
  assert.equal(again.find(`${keys.ingest}x`).kind, "unknown");
  assert.equal(again.find("").kind, "unknown");
  const made = await Promise.all([1, 2, 3].map((name) => again.make(aNewKey({ name: `${name}` }))));
  assert.equal(new Set(made.map(({ secret }) => secret)).size, 3);
  assert.equal(new Set(made.map(({ key }) => key.id)).size, 3);
});

test("whoever opens the socket in the data folder needs no key", async () => {
  const { app } = await anHttp({ access: "local" });
  const made = await app.inject({ method: "POST", url: "/v1/keys", payload: { kind: "management", name: "first" } });
  assertAnswers(routes.makeKey, made);
  const paused = await app.inject({ method: "POST", url: "/v1/everything/pause" });
  assert.equal(assertAnswers(routes.pauseEverything, paused).data[0]?.by, "local");
});

test("a secret's value goes in and never comes out; the sender hears of every change", async () => {
  const http = await anHttp();
  const put = (name: string, payload: object) => http.ask({ method: "PUT", url: `/v1/secrets/${name}`, payload });
  assert.equal(assertAnswers(routes.putSecret, await put("api_key", { value: "hunter2" })).name, "api_key");
  assert.equal(http.secretChanges(), 1);
  const listed = await http.ask({ url: "/v1/secrets" });
  assert.deepEqual(
    assertAnswers(routes.listSecrets, listed).data.map(({ name }) => name),
    ["api_key"],
  );
  assert.ok(!listed.body.includes("hunter2"));
  await http.storage.secrets.put({ name: secretName("old"), box: "of another key", updatedAt: 0 });
  const faults = assertAnswers(routes.listSecrets, await http.ask({ url: "/v1/secrets" })).data;
  assert.deepEqual(Object.fromEntries(faults.map(({ name, fault }) => [name, fault])), {
    api_key: null,
    old: "other_key",
  });
  await http.storage.secrets.remove(secretName("old"));
  assert.equal((await http.storage.secrets.all())[0]?.box, "sealed:api_key:7");
  assertProblem(await put("a%20b", { value: "x" }), 400, "request.invalid");
  assertProblem(await put("a", { value: "" }), 400, "request.invalid");
  const broken = await put("a", { value: "hunter2\n" });
  assertProblem(broken, 400, "request.invalid");
  assert.match(broken.json().errors[0].message, /^value: must not hold a line break/);
  assert.ok(!broken.body.includes("hunter2"));
  assertProblem(await put("a", { value: "x".repeat(8193) }), 400, "request.invalid");
  assertAnswers(routes.removeSecret, await http.ask({ method: "DELETE", url: "/v1/secrets/api_key" }));
  assert.equal(http.secretChanges(), 2);
  assertProblem(await http.ask({ method: "DELETE", url: "/v1/secrets/api_key" }), 404, "secret.not_found");
  assert.equal(http.secretChanges(), 2);
});

test("a secret that is removed while something needs it says what waits for it", async () => {
  const problem = { path: ["partners", 0, "signing", "secret"], code: "catalog.secret_unset", message: "unset" };
  const other = { ...problem, path: ["partners", 0, "templates", 0, "url"] };
  let looks = 0;
  const advice = () => (looks++ === 0 ? [other] : [other, problem]);
  const { ask } = await anHttp({ advice });
  await ask({ method: "PUT", url: "/v1/secrets/api_key", payload: { value: "hush" } });
  const removed = ask({ method: "DELETE", url: "/v1/secrets/api_key" });
  const { needed_by: places } = assertAnswers(routes.removeSecret, await removed);
  assert.deepEqual(
    places.map((place) => place.replace(/^.*signing/, "signing")),
    ["signing.secret"],
  );
});

test("the list of secrets names what integrations in use need and lack, until it is set", async () => {
  const request = aTemplate({ url: "https://partner.example/?k=(secret.token)" });
  const engine = await anEngine({ catalog: aCatalog({ partners: [aPartner({ templates: [request] })] }) });
  const { ask } = await anHttpOver(engine);
  const listed = async () => assertAnswers(routes.listSecrets, await ask({ url: "/v1/secrets" })).unset;
  const integration = { app_id: "com.example.game", partner_id: "examplenetwork_int", rule_id: null };
  assert.deepEqual(await listed(), [{ name: "token", ...integration }]);
  await ask({ method: "PUT", url: "/v1/secrets/token", payload: { value: "hush" } });
  assert.deepEqual(await listed(), []);
});

test("a secret that somebody signs with as Standard Webhooks has to be a key for it", async () => {
  const { ask } = await anHttp();
  const template = {
    event_kind: "in_app_event",
    dialect: "carom",
    method: "POST",
    url: "https://p.example/",
    body: "{}",
  };
  const signing = { method: "standard_webhooks", secret: "partner_key" };
  const made = await ask({ method: "POST", url: "/v1/partners", payload: { id: "p", templates: [template], signing } });
  assert.equal(made.statusCode, 201, made.body);
  const to = { kind: "webhook", url: "https://ops.example/hook", secret: "ops_key" };
  const put = (name: string, value: string) => ask({ method: "PUT", url: `/v1/secrets/${name}`, payload: { value } });
  assertAnswers(routes.putSecret, await put("ops_key", "not yet used: anything"));
  const notice = { name: "ops", kinds: "*", to };
  assert.equal((await ask({ method: "POST", url: "/v1/notices", payload: notice })).statusCode, 201);
  for (const [name, who] of [
    ["partner_key", /partner p signs/],
    ["ops_key", /notice target ops signs/],
  ] as const) {
    const refused = await put(name, "not base64!! é");
    assertProblem(refused, 422, "secret.no_key");
    assert.match(refused.json().detail, who);
    assertAnswers(routes.putSecret, await put(name, "whsec_c2VjcmV0"));
  }
  assertAnswers(routes.putSecret, await put("another", "not base64!! é"));
});

test("a misspelt kind of key is answered with the one that was meant", async () => {
  const { ask } = await anHttp();
  const refused = await ask({ method: "POST", url: "/v1/keys", payload: { kind: "managment", name: "ops" } });
  assertProblem(refused, 400, "request.invalid");
  assert.match(refused.json().detail, /did you mean `management`\?/);
});

test("half of a character is in no secret and no key's name: another one would come back from the file", async () => {
  const http = await anHttp();
  const headers = { "content-type": "application/json" };
  const ask = (method: "PUT" | "POST", url: string, payload: string) => http.ask({ method, url, headers, payload });
  const secret = await ask("PUT", "/v1/secrets/hook", String.raw`{"value": "half \ud83d of one"}`);
  assertProblem(secret, 400, "request.invalid");
  assert.match(secret.json().errors[0].message, /^value: must hold whole characters/);
  const key = String.raw`{"kind": "management", "role": "viewer", "name": "half \ud83d"}`;
  assertProblem(await ask("POST", "/v1/keys", key), 400, "request.invalid");
  const whole = await ask("PUT", "/v1/secrets/hook", String.raw`{"value": "all \ud83d\ude00 of one"}`);
  assert.equal(whole.statusCode, 200, whole.body);
});
