import assert from "node:assert/strict";
import test from "node:test";
import type { LightMyRequestResponse } from "fastify";
import { openMemoryStorage } from "#src/adapters/memory/memory-storage.ts";
import { routes } from "#src/contract/routes.ts";
import { anHttp, assertAnswers, assertProblem } from "#test/support/an-http.ts";
import { turnedClock } from "#test/support/turned-clock.ts";

const app = "com.example.game";

/** A server, and a key that may do one thing a second. */
const aServer = async () => {
  const http = await anHttp();
  const slow = async (terms: object) => {
    const payload = { name: "slow", rate_per_second: 1, ...terms };
    return assertAnswers(routes.makeKey, await http.ask({ method: "POST", url: "/v1/keys", payload })).key;
  };
  return { ...http, slow };
};

type Server = Awaited<ReturnType<typeof aServer>>;
type Way = (server: Server, key: string) => Promise<LightMyRequestResponse>;

const bearer = (key: string) => ({ authorization: `Bearer ${key}` });
const basic = (key: string) => ({ authorization: `Basic ${Buffer.from(`${key}:`).toString("base64")}` });

const events: Way = (server, key) =>
  server.app.inject({ method: "POST", url: "/v1/events", headers: bearer(key), payload: { event_name: "a" } });
const segment: Way = (server, key) =>
  server.app.inject({ method: "POST", url: "/v1/track", headers: basic(key), payload: { userId: "u", event: "a" } });
const serverEvent: Way = (server, key) =>
  server.app.inject({
    method: "POST",
    url: `/inappevent/${app}`,
    headers: { authentication: key, accept: "application/problem+json" },
    payload: { appsflyer_id: "1415211453000-6513894", eventName: "a", eventValue: "" },
  });
const push: Way = (server, key) =>
  server.app.inject({
    method: "GET",
    url: `/appsflyer/push?app_id=${app}&event_name=a`,
    headers: { ...bearer(key), accept: "application/problem+json" },
  });

for (const [name, way] of Object.entries({ events, segment, serverEvent, push }))
  test(`the rate of an ingest key holds by ${name}, and over all ways in`, async () => {
    const server = await aServer();
    const key = await server.slow({ kind: "ingest", app_id: app });
    const first = await way(server, key);
    assert.ok(first.statusCode < 300, first.body);
    const refused = await way(server, key);
    assertProblem(refused, 429, "rate.limited");
    assert.equal(refused.headers["retry-after"], "1");
    assert.match(refused.json().detail, /may send 1 events a second; wait 1 s/);
    assertProblem(await events(server, key), 429, "rate.limited");
    await server.clock.turn(1_000);
    assert.ok((await way(server, key)).statusCode < 300);
    assert.equal(server.engine.appended.length, 2);
  });

test("the rate of a management key counts requests, reads and writes alike", async () => {
  const server = await aServer();
  const key = await server.slow({ kind: "management" });
  const look = (url: string) => server.app.inject({ url, headers: bearer(key) });
  assert.equal((await look("/v1/keys")).statusCode, 200);
  const refused = await look("/v1/catalog");
  assertProblem(refused, 429, "rate.limited");
  assert.equal(refused.headers["retry-after"], "1");
  assert.match(refused.json().detail, /may send 1 requests a second/);
  await server.clock.turn(1_000);
  const many = [1, 2, 3].map(() => ({ app_id: app, event_name: "a" }));
  const sent = await server.app.inject({ method: "POST", url: "/v1/events", headers: bearer(key), payload: many });
  assert.equal(sent.statusCode, 202, sent.body);
  assertProblem(await look("/v1/keys"), 429, "rate.limited");
  await server.clock.turn(1_000);
  assert.equal((await look("/v1/keys")).statusCode, 200, "three events were one request");
  assert.equal((await server.ask({ url: "/v1/keys" })).statusCode, 200, "another key is not limited by it");
});

test("the rate of an export key holds for Leanplum's calls and for the log alike", async () => {
  const server = await aServer();
  const key = await server.slow({ kind: "export", app_id: app });
  const list = () =>
    server.app.inject({ url: `/api?action=listPostbacks&appId=${app}&clientKey=${key}&apiVersion=1.0.6` });
  assert.equal((await list()).statusCode, 200);
  const refused = await list();
  assert.equal(refused.statusCode, 429, refused.body);
  assert.equal(refused.headers["retry-after"], "1");
  assert.match(refused.json().response[0].error.message, /may send 1 requests a second/);
  assertProblem(await server.app.inject({ url: "/v1/events", headers: bearer(key) }), 429, "rate.limited");
  await server.clock.turn(1_000);
  assert.equal((await server.app.inject({ url: "/v1/events", headers: bearer(key) })).statusCode, 200);
});

test("what anybody may ask is not counted", async () => {
  const server = await aServer();
  const key = await server.slow({ kind: "management" });
  for (let asked = 0; asked < 3; asked += 1)
    assert.equal((await server.app.inject({ url: "/healthz", headers: bearer(key) })).statusCode, 200);
});

test("a rotated key and the one before it have one rate together, also after a restart", async () => {
  const clock = turnedClock();
  const storage = openMemoryStorage({ clock });
  const http = await anHttp({ clock, storage });
  const payload = { kind: "ingest", app_id: app, name: "slow", rate_per_second: 1 };
  const made = assertAnswers(routes.makeKey, await http.ask({ method: "POST", url: "/v1/keys", payload }));
  const rotate = (id: string) => http.ask({ method: "POST", url: `/v1/keys/${id}/rotate`, payload: { overlap: "7d" } });
  const second = (await rotate(made.id)).json();
  const third = (await rotate(second.id)).json();
  const restarted = await anHttp({ clock, storage, seed: 2 });
  for (const server of [http, restarted]) {
    const send = (key: string) => events({ ...server, slow: async () => key }, key);
    assert.equal((await send(made.key)).statusCode, 202);
    assertProblem(await send(second.key), 429, "rate.limited");
    assertProblem(await send(third.key), 429, "rate.limited");
    await clock.turn(1_000);
    assert.equal((await send(third.key)).statusCode, 202);
    assertProblem(await send(made.key), 429, "rate.limited");
  }
});
