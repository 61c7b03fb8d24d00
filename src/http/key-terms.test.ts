import assert from "node:assert/strict";
import test from "node:test";
import { routes } from "#src/contract/routes.ts";
import { accountId } from "#src/core/ids.ts";
import { aCatalog, anAccount, anApp } from "#test/support/a-catalog.ts";
import { anHttp, assertAnswers, assertProblem } from "#test/support/an-http.ts";
import { stubEngine } from "#test/support/stub-engine.ts";

const acme = accountId("acme");
const dayMs = 86_400_000;

/** A server with an app of the main account and one of acme's, and a question asked with a key. */
const twoAccounts = async () => {
  const http = await anHttp({
    engine: stubEngine(
      aCatalog({
        accounts: [anAccount({ id: "acme", kind: "advertiser", afPrtNames: [] })],
        apps: [anApp(), anApp({ id: "com.acme.shop", accountId: acme })],
      }),
    ),
  });
  const as = (secret: string) => (method: "GET" | "POST" | "DELETE", url: string, payload?: object) =>
    http.app.inject({
      method,
      url,
      ...(payload === undefined ? {} : { payload }),
      headers: { authorization: `Bearer ${secret}` },
    });
  const operator = as(http.keys.management);
  const madeBy = async (asked: ReturnType<typeof as>, body: object) =>
    assertAnswers(routes.makeKey, await asked("POST", "/v1/keys", body));
  return { ...http, as, operator, madeBy };
};

test("keys are an account's: another's are not listed, not made and not found", async () => {
  const { as, operator, madeBy, keys } = await twoAccounts();
  const admin = await madeBy(operator, { kind: "management", name: "it", account_id: "acme", role: "admin" });
  assert.deepEqual([admin.account_id, admin.role], ["acme", "admin"]);
  const asAdmin = as(admin.key);
  const own = await madeBy(asAdmin, { kind: "export", name: "log", app_id: "com.acme.shop" });
  assert.deepEqual([own.account_id, own.role, own.app_id], ["acme", null, "com.acme.shop"]);
  const listed = assertAnswers(routes.listKeys, await asAdmin("GET", "/v1/keys"));
  assert.deepEqual(
    listed.data.map(({ id }) => id),
    [admin.id, own.id],
  );
  assert.equal(assertAnswers(routes.listKeys, await operator("GET", "/v1/keys")).data.length, 4);
  const foreignApp = { kind: "ingest", name: "x", app_id: "com.example.game" };
  assertProblem(await asAdmin("POST", "/v1/keys", foreignApp), 422, "key.app_unknown");
  const inMain = { kind: "management", name: "x", account_id: "main" };
  assertProblem(await asAdmin("POST", "/v1/keys", inMain), 404, "account.not_found");
  const nowhere = { kind: "management", name: "x", account_id: "nobody" };
  assertProblem(await operator("POST", "/v1/keys", nowhere), 404, "account.not_found");
  const foreign = assertAnswers(routes.listKeys, await operator("GET", "/v1/keys")).data[0];
  assertProblem(await asAdmin("DELETE", `/v1/keys/${foreign?.id}`), 404, "key.not_found");
  assertProblem(await asAdmin("POST", `/v1/keys/${foreign?.id}/rotate`), 404, "key.not_found");
  assert.equal((await as(keys.ingest)("GET", "/v1/keys")).statusCode, 403);
});

test("nobody makes, rotates or removes a key of a higher role than the own", async () => {
  const { as, operator, madeBy } = await twoAccounts();
  const owner = await madeBy(operator, { kind: "management", name: "boss", account_id: "acme" });
  assert.equal(owner.role, "owner");
  const admin = await madeBy(as(owner.key), { kind: "management", name: "it", role: "admin" });
  const asAdmin = as(admin.key);
  const higher = { kind: "management", name: "x", role: "owner" };
  assertProblem(await asAdmin("POST", "/v1/keys", higher), 403, "key.role_too_high");
  assertProblem(await asAdmin("POST", `/v1/keys/${owner.id}/rotate`), 403, "key.role_too_high");
  assertProblem(await asAdmin("DELETE", `/v1/keys/${owner.id}`), 403, "key.role_too_high");
  assert.equal((await madeBy(asAdmin, { kind: "management", name: "y" })).role, "admin");
  const editor = await madeBy(asAdmin, { kind: "management", name: "z", role: "editor" });
  assertProblem(await as(editor.key)("POST", "/v1/keys", { kind: "management", name: "x" }), 403, "auth.role");
});

test("a rotated key goes on for the overlap and then ends; the new one is like it", async () => {
  const { as, operator, madeBy, clock } = await twoAccounts();
  const terms = { name: "web", app_id: "com.acme.shop", rate_per_second: 5, origins: ["https://shop.example"] };
  const made = await madeBy(operator, { kind: "ingest", ...terms });
  const rotated = assertAnswers(routes.rotateKey, await operator("POST", `/v1/keys/${made.id}/rotate`));
  assert.notEqual(rotated.key, made.key);
  const { id: _id, hint: _hint, key: _key, replaces, ...like } = rotated;
  const { id, hint: _oldHint, key: _oldKey, ...before } = made;
  assert.deepEqual(like, before);
  assert.equal(replaces.id, id);
  assert.equal(Date.parse(replaces.expires_at ?? ""), clock.now() + dayMs);
  const send = (key: string) => as(key)("POST", "/v1/events", { event_name: "purchase" });
  assert.equal((await send(made.key)).statusCode, 202);
  assert.equal((await send(rotated.key)).statusCode, 202);
  await clock.turn(dayMs);
  assertProblem(await send(made.key), 401, "auth.key_expired");
  assert.equal((await send(rotated.key)).statusCode, 202);
  const atOnce = await operator("POST", `/v1/keys/${rotated.id}/rotate`, { overlap: "0s" });
  assertAnswers(routes.rotateKey, atOnce);
  assertProblem(await send(rotated.key), 401, "auth.key_expired");
});

test("a key ends at its time, and says when it was last used, to the hour", async () => {
  const { as, operator, madeBy, clock, storage } = await twoAccounts();
  const ends = new Date(clock.now() + dayMs).toISOString();
  const made = await madeBy(operator, { kind: "management", name: "visitor", role: "viewer", expires_at: ends });
  assert.deepEqual([made.expires_at, made.last_used_at], [ends, null]);
  const look = () => as(made.key)("GET", "/v1/catalog");
  assert.equal((await look()).statusCode, 200);
  const lastUse = async () => (await storage.keys.all()).find(({ id }) => id === made.id)?.lastUsedAt;
  const hour = Math.floor(clock.now() / 3_600_000) * 3_600_000;
  assert.equal(await lastUse(), hour);
  await clock.turn(3_600_000);
  await look();
  assert.equal(await lastUse(), hour + 3_600_000);
  await clock.turn(dayMs);
  assertProblem(await look(), 401, "auth.key_expired");
});

test("a key's own rate holds in the place of the server's", async () => {
  const { as, operator, madeBy, clock } = await twoAccounts();
  const made = await madeBy(operator, { kind: "ingest", name: "slow", app_id: "com.acme.shop", rate_per_second: 1 });
  const send = () => as(made.key)("POST", "/v1/events", { event_name: "purchase" });
  assert.equal((await send()).statusCode, 202);
  const refused = await send();
  assertProblem(refused, 429, "rate.limited");
  assert.equal(refused.headers["retry-after"], "1");
  await clock.turn(1_000);
  assert.equal((await send()).statusCode, 202);
});

test("a management key of an account sends events of its own apps only", async () => {
  const { as, operator, madeBy } = await twoAccounts();
  const editor = await madeBy(operator, { kind: "management", name: "x", account_id: "acme", role: "editor" });
  const send = (app_id: string) => as(editor.key)("POST", "/v1/events", { app_id, event_name: "purchase" });
  assert.equal((await send("com.acme.shop")).statusCode, 202);
  const foreign = await send("com.example.game");
  assertProblem(foreign, 400, "events.none_accepted");
  assert.equal(foreign.json().errors[0].code, "event.app_unknown");
});

test("an app that changes hands keeps its ingest keys, which are the new owner's to see and to take back; an export key is not", async () => {
  const { as, operator, madeBy, engine } = await twoAccounts();
  const admin = await madeBy(operator, { kind: "management", name: "it", account_id: "acme", role: "admin" });
  const asAcme = as(admin.key);
  const terms = { app_id: "com.acme.shop" };
  const ingest = await madeBy(asAcme, { kind: "ingest", name: "app", ...terms });
  const exporting = await madeBy(asAcme, { kind: "export", name: "log", ...terms });
  const ids = async (asked: typeof asAcme) =>
    assertAnswers(routes.listKeys, await asked("GET", "/v1/keys")).data.map(({ id }) => id);
  assert.deepEqual(await ids(asAcme), [admin.id, ingest.id, exporting.id]);
  const beta = anAccount({ id: "beta", kind: "advertiser", afPrtNames: [] });
  const { catalog } = engine.catalog.current();
  await engine.catalog.change({
    catalog: {
      ...catalog,
      accounts: [...catalog.accounts, beta],
      apps: catalog.apps.map((app) => (app.accountId === acme ? { ...app, accountId: beta.id } : app)),
    },
    by: "operator",
    expected: null,
    dryRun: false,
  });
  const sent = await as(ingest.key)("POST", "/v1/events", { event_name: "purchase" });
  assert.equal(sent.statusCode, 202, sent.body);
  assert.deepEqual(await ids(asAcme), [admin.id, exporting.id]);
  const asBeta = as((await madeBy(operator, { kind: "management", name: "b", account_id: "beta", role: "admin" })).key);
  assert.ok((await ids(asBeta)).includes(ingest.id));
  assert.ok(!(await ids(asBeta)).includes(exporting.id));
  assertProblem(await asAcme("DELETE", `/v1/keys/${ingest.id}`), 404, "key.not_found");
  assert.equal((await asBeta("DELETE", `/v1/keys/${ingest.id}`)).statusCode, 200);
  const log = await as(exporting.key)("GET", "/v1/events?app_id=com.acme.shop");
  assert.deepEqual(log.json().data ?? [], [], "the former owner's export key reads nothing of it");
});

test("a rotated key ends when the one before was to, unless another time is said", async () => {
  const { operator, madeBy, clock } = await twoAccounts();
  const at = (days: number) => new Date(clock.now() + days * dayMs).toISOString();
  const terms = { kind: "ingest", name: "web", app_id: "com.acme.shop" };
  assertProblem(await operator("POST", "/v1/keys", { ...terms, expires_at: at(0) }), 400, "request.invalid");
  const ends = at(10);
  const made = await madeBy(operator, { ...terms, expires_at: ends });
  const rotate = (body: object = {}) => operator("POST", `/v1/keys/${made.id}/rotate`, body);
  const like = assertAnswers(routes.rotateKey, await rotate());
  assert.deepEqual([like.expires_at, like.replaces.expires_at], [ends, at(1)]);
  const later = at(90);
  assert.equal(assertAnswers(routes.rotateKey, await rotate({ expires_at: later })).expires_at, later);
  assert.equal(assertAnswers(routes.rotateKey, await rotate({ expires_at: null })).expires_at, null);
  await clock.turn(11 * dayMs);
  assertProblem(await rotate(), 400, "request.invalid");
  assertProblem(await rotate({ expires_at: at(-1) }), 400, "request.invalid");
  assert.equal(assertAnswers(routes.rotateKey, await rotate({ expires_at: at(5) })).expires_at, at(5));
});

test("a rotated key keeps its end, though it was first used while it was rotated", async () => {
  const { ask, app, storage } = await anHttp();
  const made = (await ask({ method: "POST", url: "/v1/keys", payload: { kind: "management", name: "ci" } })).json();
  const rotating = ask({ method: "POST", url: `/v1/keys/${made.id}/rotate`, payload: { overlap: "1h" } });
  const headers = { authorization: `Bearer ${made.key}` };
  const uses = await Promise.all(Array.from({ length: 5 }, () => app.inject({ url: "/v1/keys", headers })));
  assert.ok(uses.every(({ statusCode }) => statusCode === 200));
  assert.equal((await rotating).statusCode, 201);
  const stored = (await storage.keys.all()).find(({ id }) => id === made.id);
  assert.ok(stored?.expiresAt !== null && stored?.lastUsedAt !== null);
});
