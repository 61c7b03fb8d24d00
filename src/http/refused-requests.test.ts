import assert from "node:assert/strict";
import { connect } from "node:net";
import test from "node:test";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { problemDocument } from "#src/contract/problem-document.ts";
import { allRoutes } from "#src/contract/routes.ts";
import { anHttp, assertProblem } from "#test/support/an-http.ts";
import { credentialHeaders } from "#test/support/route-credentials.ts";

test("an unknown path is a 404, a known one with another method a 405 that names those it takes", async () => {
  const { ask } = await anHttp();
  assertProblem(await ask({ url: "/v2/events" }), 404, "route.unknown");
  assertProblem(await ask({ url: "/v1" }), 404, "route.unknown");
  assertProblem(await ask({ url: "/v1/postbacks/a/b/c" }), 404, "route.unknown");
  const method = await ask({ method: "DELETE", url: "/v1/postbacks/x" });
  assertProblem(method, 405, "route.method");
  assert.equal(method.headers["allow"], "GET");
  const several = await ask({ method: "PATCH", url: "/v1/events?x=1" });
  assertProblem(several, 405, "route.method");
  assert.equal(several.headers["allow"], "POST, GET");
  assertProblem(await ask({ url: "/v1/events/%ZZ" }), 400, "request.malformed");
});

test("every route that needs a key refuses to work without one", async () => {
  const { app } = await anHttp();
  for (const { method, path, access } of allRoutes) {
    const headers = { accept: "application/problem+json" };
    const answer = await app.inject({ method, url: path.replace(/\{\w+\}/g, "x"), headers });
    if (access.kind === "known") assertProblem(answer, 401, "auth.missing");
    else assert.notEqual(answer.statusCode, 401, path);
  }
});

test("every route refuses a body that it cannot read", async () => {
  const { ask } = await anHttp();
  const headers = { "content-type": "application/json" };
  for (const { method, path, body } of allRoutes) {
    if (body.kind !== "json") continue;
    const url = path.replace(/\{\w+\}/g, "x");
    assertProblem(await ask({ method, url, headers, payload: "{" }), 400, "request.json_malformed");
    assert.equal((await ask({ method, url, headers, payload: '{"__proto__":{"a":1}}' })).statusCode, 400);
    assert.equal(Reflect.get({}, "a"), undefined);
    assertProblem(await ask({ method, url, headers, payload: "[]" }), 400, "request.invalid");
    assertProblem(await ask({ method, url, headers, payload: Buffer.from([0xff]) }), 400, "request.not_utf8");
    const large = `"${"x".repeat((body.isLarge === true ? 32 : 1) * 1024 * 1024)}"`;
    assertProblem(await ask({ method, url, headers, payload: large }), 413, "request.too_large");
    const deep = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;
    assertProblem(await ask({ method, url, headers, payload: deep }), 400, "request.invalid");
    const text = { "content-type": "text/plain" };
    assertProblem(await ask({ method, url, headers: text, payload: "x" }), 415, "request.media_type");
  }
});

test("no body makes the server fail: what is not taken is told as the caller's", async () => {
  const { app, engine, keys } = await anHttp();
  const paths = allRoutes.filter(({ method }) => method === "POST" || method === "PUT");
  const bodies = fc.oneof(
    fc.json(),
    fc.string(),
    fc.json({ depthSize: "large" }).map((text) => `{"event":${text},"filter":${text}}`),
    fc
      .record({
        event_name: fc.jsonValue(),
        event_time: fc.jsonValue(),
        event_value: fc.jsonValue(),
        context: fc.jsonValue(),
      })
      .map((event) => JSON.stringify([{ app_id: "com.example.game", ...event }])),
    fc
      .record({
        appsflyer_id: fc.jsonValue(),
        eventName: fc.jsonValue(),
        eventValue: fc.jsonValue(),
        eventTime: fc.jsonValue(),
        event: fc.jsonValue(),
        properties: fc.jsonValue(),
        context: fc.jsonValue(),
        integrations: fc.jsonValue(),
      })
      .map((event) => JSON.stringify({ ...event, batch: [event, event] })),
    fc.constantFrom(
      '{"event_time":1e308}',
      '[{"app_id":"com.example.game","event_name":"a","event_time":-1e20}]',
      '{"event_time":99999999999999999999}',
      '{"rate_per_second":1e999}',
      "\u0000",
      "null",
      "0",
      '""',
    ),
  );
  const types = fc.constantFrom("application/json", "application/x-ndjson", "application/yaml");
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...paths), bodies, types, async (route, payload, type) => {
      const { method, path } = route;
      const url = path.replace("{app_id}", "com.example.game").replace(/\{\w+\}/g, "x");
      const headers = { ...credentialHeaders(route, keys), "content-type": type };
      const answer = await app.inject({ method, url, payload, headers });
      assert.ok(answer.statusCode < 500, `${method} ${url} ${payload}: ${answer.body}`);
      if (answer.statusCode >= 400) problemDocument.parse(answer.json());
    }),
    { numRuns: 1500 },
  );
  for (const event of engine.appended)
    assert.ok(Number.isFinite(event.time) && !Number.isNaN(new Date(event.time).getTime()));
});

test("no query makes the server fail", async () => {
  const { ask } = await anHttp();
  const queries = fc.array(
    fc.tuple(
      fc.constantFrom("limit", "cursor", "from", "to", "state", "event_id", "user_id", "app_id", "__proto__", "x"),
      fc.string(),
    ),
  );
  const paths = fc.constantFrom("/v1/events", "/v1/postbacks", "/v1/keys", "/healthz");
  await fc.assert(
    fc.asyncProperty(paths, queries, async (path, pairs) => {
      const query = pairs.map((pair) => pair.map(encodeURIComponent).join("=")).join("&");
      const answer = await ask({ url: `${path}?${query}` });
      assert.ok(answer.statusCode < 500, `${path}?${query}: ${answer.body}`);
    }),
    { numRuns: 500 },
  );
});

test("bad JSON is told with its line and column, and JSON may come packed", async () => {
  const { ask } = await anHttp();
  const headers = { "content-type": "application/json" };
  const broken = await ask({ method: "POST", url: "/v1/explain", headers, payload: '{\n  "id": x\n}' });
  assertProblem(broken, 400, "request.json_malformed");
  assert.equal(broken.json().detail, "the body is not JSON: see line 2, column 9");
  const packed = { ...headers, "content-encoding": "gzip" };
  const payload = gzipSync('{"carom":1}');
  const put = await ask({ method: "PUT", url: "/v1/catalog?dry_run=true", headers: packed, payload });
  assert.equal(put.statusCode, 200, put.body);
  const junk = await ask({ method: "PUT", url: "/v1/catalog", headers: packed, payload: "junk" });
  assertProblem(junk, 400, "request.encoding_broken");
  const bomb = gzipSync(Buffer.alloc(2 * 1024 * 1024, 0x20));
  assertProblem(
    await ask({ method: "POST", url: "/v1/explain", headers: packed, payload: bomb }),
    413,
    "request.too_large",
  );
  const other = { ...headers, "content-encoding": "br" };
  const brotli = await ask({ method: "PUT", url: "/v1/catalog", headers: other, payload: "{}" });
  assertProblem(brotli, 415, "request.content_encoding");
  const latin = { "content-type": "application/json; charset=latin1" };
  assertProblem(
    await ask({ method: "POST", url: "/v1/explain", headers: latin, payload: "{}" }),
    415,
    "request.media_type",
  );
});

test("a probe may carry parameters of its own, a list may not, and says so in words", async () => {
  const { ask } = await anHttp();
  for (const path of ["/healthz", "/readyz", "/metrics", "/openapi.json"])
    assert.equal((await ask({ url: `${path}?x=1` })).statusCode, 200, path);
  const refused = await ask({ url: "/v1/keys?x=1" });
  assertProblem(refused, 400, "request.unknown_field");
  assert.match(refused.json().detail, /unknown field `x`; no fields are known here/);
});

test("a cursor that no page answered is refused", async () => {
  const { ask } = await anHttp();
  for (const path of ["/v1/events", "/v1/postbacks"]) {
    for (const cursor of ["abc", "-1", "1.5", "99999999999999999999"]) {
      const refused = await ask({ url: `${path}?cursor=${cursor}` });
      assertProblem(refused, 400, "request.invalid");
      assert.equal(refused.json().errors[0].path, "cursor");
    }
  }
});

test("a number that is none is told without the program's own words", async () => {
  const { ask } = await anHttp();
  const detail = async (query: string) => (await ask({ url: `/v1/events?${query}` })).json().errors[0].message;
  assert.equal(await detail("limit=many"), "limit: must be a number");
  assert.equal(await detail("limit=0"), "limit: must be at least 1");
  assert.equal(await detail("limit=501"), "limit: must be at most 500");
  assert.equal(await detail("limit=1.5"), "limit: must be a whole number, is `1.5`");
  assert.equal(await detail("app_id="), "app_id: must not be empty");
  assert.equal(await detail(`app_id=${"x".repeat(1001)}`), "app_id: must have at most 1000 characters");
});

/** Says something to a listening server, hears everything until the connection ends. */
const say = (port: number, text: string): Promise<string> =>
  new Promise((resolve, reject) => {
    let heard = "";
    const socket = connect(port, "127.0.0.1", () => socket.write(text));
    socket.on("data", (chunk) => {
      heard += chunk.toString();
    });
    socket.on("error", reject);
    socket.on("close", () => resolve(heard));
  });

test("what is not HTTP is answered with a problem too, and the server goes on", async () => {
  const { app } = await anHttp();
  const address = await app.listen({ host: "127.0.0.1", port: 0 });
  const port = Number(new URL(address).port);
  const nonsense = await say(port, "NONSENSE\r\n\r\n");
  assert.match(nonsense, /^HTTP\/1\.1 400 Bad Request\r\ncontent-type: application\/problem\+json/);
  assert.equal(JSON.parse(nonsense.split("\r\n\r\n")[1] ?? "").code, "request.malformed");
  const large = await say(port, `GET / HTTP/1.1\r\nhost: a\r\nx: ${"y".repeat(20_000)}\r\n\r\n`);
  assert.match(large, /^HTTP\/1\.1 431 /);
  const both = "POST /v1/events HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n";
  assert.match(await say(port, both), /^HTTP\/1\.1 400 /);
  const problemIn = (heard: string) => problemDocument.parse(JSON.parse(heard.split("\r\n\r\n")[1] ?? ""));
  assert.match(problemIn(nonsense).request_id, /^[0-9a-f]+-/);
  const nameless = await say(port, "GET /healthz HTTP/1.1\r\nconnection: close\r\n\r\n");
  assert.match(nameless, /^HTTP\/1\.1 400 /);
  assert.equal(problemIn(nameless).code, "request.malformed");
  assert.match(problemIn(nameless).detail, /host/);
  const old = await say(port, "GET /healthz HTTP/1.0\r\n\r\n");
  assert.match(old, /^HTTP\/1\.1 200 /, "HTTP/1.0 knows no host header");
  const expecting = await say(
    port,
    "GET /healthz HTTP/1.1\r\nhost: a\r\nexpect: miracles\r\nconnection: close\r\n\r\n",
  );
  assert.match(expecting, /^HTTP\/1\.1 417 /);
  assert.equal(problemIn(expecting).code, "request.expectation");
  const tunnel = await say(port, "CONNECT example.com:443 HTTP/1.1\r\nhost: example.com:443\r\n\r\n");
  assert.match(tunnel, /^HTTP\/1\.1 405 /);
  assert.equal(problemIn(tunnel).code, "route.method");
  const gone = connect(port, "127.0.0.1", () => {
    gone.write(
      "POST /v1/explain HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{",
    );
    gone.destroy();
  });
  const healthy = await fetch(`${address}/healthz`);
  assert.equal(healthy.status, 200);
  await app.close();
});
