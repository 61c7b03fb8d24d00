import assert from "node:assert/strict";
import { once } from "node:events";
import { request } from "node:http";
import test from "node:test";
import { routes } from "#src/contract/routes.ts";
import { anHttp, assertAnswers, assertProblem } from "#test/support/an-http.ts";

const shop = "https://shop.example";
const blog = "https://blog.example";
const purchase = { event_name: "purchase" };

/** A server with a key of the shop's pages and one that lists no page; asked as a browser or a device would. */
const aServer = async () => {
  const http = await anHttp();
  const make = async (body: object) => {
    const payload = { kind: "ingest", app_id: "com.example.game", ...body };
    return assertAnswers(routes.makeKey, await http.ask({ method: "POST", url: "/v1/keys", payload }));
  };
  const page = await make({ name: "page", origins: [shop, "capacitor://localhost"] });
  await make({ name: "blog", origins: [blog] });
  const send = (key: string, headers: Readonly<Record<string, string>> = {}, payload: object | string = purchase) =>
    http.app.inject({
      method: "POST",
      url: "/v1/events",
      headers: { authorization: `Bearer ${key}`, "content-type": "application/json", ...headers },
      payload,
    });
  const preflight = (url: string, origin: string) =>
    http.app.inject({
      method: "OPTIONS",
      url,
      headers: { origin, "access-control-request-method": "POST", "access-control-request-headers": "authorization" },
    });
  return { ...http, page, make, send, preflight };
};

test("a page whose origin the key lists may send and read the answer; another page may not", async () => {
  const { send, page, engine } = await aServer();
  for (const origin of [shop, "capacitor://localhost"]) {
    const answer = await send(page.key, { origin });
    assert.equal(answer.statusCode, 202, answer.body);
    assert.equal(answer.headers["access-control-allow-origin"], origin);
    assert.equal(answer.headers.vary, "origin");
    assert.equal(answer.headers["access-control-allow-credentials"], undefined);
  }
  for (const origin of ["https://evil.example", "https://shop.example.evil.example", "http://shop.example", "null"]) {
    const answer = await send(page.key, { origin });
    assertProblem(answer, 403, "auth.origin");
    assert.equal(answer.headers["access-control-allow-origin"], undefined);
    assert.equal(answer.headers.vary, "origin");
  }
  assertProblem(await send(page.key, { origin: blog }), 403, "auth.origin");
  assert.equal(engine.appended.length, 2, "nothing of a refused page was taken");
});

test("without a listed origin no page may send; whoever is no browser is asked for none", async () => {
  const { send, keys, page } = await aServer();
  assertProblem(await send(keys.ingest, { origin: shop }), 403, "auth.origin");
  assertProblem(await send(keys.management, { origin: shop }), 403, "auth.origin");
  assert.equal((await send(keys.ingest)).statusCode, 202);
  const native = await send(page.key);
  assert.equal(native.statusCode, 202);
  assert.equal(native.headers.vary, undefined);
});

test("a page of the server itself needs no leave", async () => {
  const { send, keys } = await aServer();
  const own = { host: "carom.example:8080", origin: "http://carom.example:8080" };
  assert.equal((await send(keys.ingest, own)).statusCode, 202);
  assertProblem(await send(keys.ingest, { ...own, origin: "http://carom.example" }), 403, "auth.origin");
});

test("a browser that asks before it sends is answered by the origins of all keys, and without a key", async () => {
  const { preflight } = await aServer();
  for (const url of ["/v1/events", "/v1/track", "/v1/batch", "/inappevent/com.example.game"]) {
    const answer = await preflight(url, blog);
    assert.equal(answer.statusCode, 204, answer.body);
    assert.equal(answer.headers["access-control-allow-origin"], blog);
    assert.equal(answer.headers["access-control-allow-methods"], "POST");
    assert.match(String(answer.headers["access-control-allow-headers"]), /authorization.*content-type/);
    const refused = await preflight(url, "https://evil.example");
    assertProblem(refused, 403, "auth.origin");
    assert.equal(refused.headers["access-control-allow-origin"], undefined);
  }
});

test("an origin is known from the making of its key to the key's end", async () => {
  const { preflight, ask, make } = await aServer();
  const late = "https://late.example";
  assertProblem(await preflight("/v1/events", late), 403, "auth.origin");
  const { id } = await make({ name: "late", origins: [late] });
  assert.equal((await preflight("/v1/events", late)).statusCode, 204);
  await ask({ method: "DELETE", url: `/v1/keys/${id}` });
  assertProblem(await preflight("/v1/events", late), 403, "auth.origin");
});

test("nothing but the ways in is open to pages", async () => {
  const { preflight, ask, app } = await aServer();
  assertProblem(await preflight("/v1/catalog", shop), 405, "route.method");
  const catalog = await ask({ url: "/v1/catalog", headers: { origin: shop } });
  assert.equal(catalog.headers["access-control-allow-origin"], undefined);
  const options = await app.inject({ method: "OPTIONS", url: "/v1/events" });
  assertProblem(options, 405, "route.method");
});

test("a page can read why it was refused", async () => {
  const { send, app, page } = await aServer();
  const readable = (answer: Awaited<ReturnType<typeof send>>, status: number, code: string) => {
    assertProblem(answer, status, code);
    assert.equal(answer.headers["access-control-allow-origin"], shop);
  };
  readable(await send("carom_ingest_gone", { origin: shop }), 401, "auth.unknown_key");
  readable(
    await send(page.key, { origin: shop }, { event_name: "a", event_time: "noon" }),
    400,
    "events.none_accepted",
  );
  readable(await send(page.key, { origin: shop, "content-type": "text/plain" }, "x"), 415, "request.media_type");
  readable(await send(page.key, { origin: shop, "content-encoding": "br" }), 415, "request.content_encoding");
  const nobody = await app.inject({ method: "POST", url: "/v1/track", headers: { origin: shop }, payload: purchase });
  readable(nobody, 401, "auth.missing");
});

test("Segment's calls from a page hold to the origins of the write key", async () => {
  const { app, page, keys } = await aServer();
  const track = (key: string, origin: string) =>
    app.inject({
      method: "POST",
      url: "/v1/track",
      headers: { authorization: `Basic ${Buffer.from(`${key}:`).toString("base64")}`, origin },
      payload: { userId: "u", event: "Song Played" },
    });
  const taken = await track(page.key, shop);
  assert.equal(taken.statusCode, 200, taken.body);
  assert.equal(taken.headers["access-control-allow-origin"], shop);
  assertProblem(await track(page.key, blog), 403, "auth.origin");
  assertProblem(await track(keys.ingest, shop), 403, "auth.origin");
});

test("an origin is written as a browser writes it", async () => {
  const { ask } = await aServer();
  const make = (origin: string) =>
    ask({
      method: "POST",
      url: "/v1/keys",
      payload: { kind: "ingest", name: "x", app_id: "com.example.game", origins: [origin] },
    });
  for (const origin of ["*", "null", "https://Shop.example", "https://shop.example/", "https://shop.example:443"])
    assertProblem(await make(origin), 400, "request.invalid");
  for (const origin of ["http://localhost:3000", "http://[::1]:80", "ionic://localhost"])
    assert.equal((await make(origin)).statusCode, origin === "http://[::1]:80" ? 400 : 201);
});

test("over a real connection a preflight has no body and the call after it is taken", async () => {
  const { app, page } = await aServer();
  await app.listen({ host: "127.0.0.1", port: 0 });
  const address = app.server.address();
  assert.ok(typeof address === "object" && address !== null);
  const call = async (method: string, headers: Readonly<Record<string, string>>, body = "") => {
    const sent = request({ host: "127.0.0.1", port: address.port, path: "/v1/events", method, headers });
    sent.end(body);
    const [answer] = await once(sent, "response");
    answer.resume();
    await once(answer, "end");
    return [answer.statusCode, answer.headers["access-control-allow-origin"]];
  };
  try {
    const asks = { origin: shop, "access-control-request-method": "POST" };
    assert.deepEqual(await call("OPTIONS", asks), [204, shop]);
    const headers = { origin: shop, authorization: `Bearer ${page.key}`, "content-type": "application/json" };
    assert.deepEqual(await call("POST", headers, JSON.stringify(purchase)), [202, shop]);
  } finally {
    await app.close();
  }
});
