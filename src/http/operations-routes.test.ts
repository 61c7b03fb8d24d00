import assert from "node:assert/strict";
import test from "node:test";
import { routes } from "#src/contract/routes.ts";
import { anHttp, assertAnswers, assertProblem } from "#test/support/an-http.ts";

test("health asks for no key and tells the version", async () => {
  const { app } = await anHttp();
  const healthy = assertAnswers(routes.isHealthy, await app.inject({ url: "/healthz" }));
  assert.deepEqual(healthy, { status: "ok", version: "0.0.0-test" });
});

test("a server that refuses events is not ready, and says why", async () => {
  const { app, engine } = await anHttp();
  assertAnswers(routes.isReady, await app.inject({ url: "/readyz" }));
  engine.refusing = "disk_full";
  const answer = await app.inject({ url: "/readyz" });
  assertProblem(answer, 503, "server.not_ready");
  assert.match(answer.json().detail, /disk_full/);
  assert.ok(Number(answer.headers["retry-after"]) > 0);
  engine.refusing = null;
  assert.equal((await app.inject({ url: "/readyz" })).statusCode, 200);
});

test("a server whose storage has died is not ready, whatever it takes", async () => {
  let lost: string | null = null;
  const { app } = await anHttp({ lost: () => lost });
  assertAnswers(routes.isReady, await app.inject({ url: "/readyz" }));
  lost = "the store thread of the storage has died";
  const answer = await app.inject({ url: "/readyz" });
  assertProblem(answer, 503, "server.not_ready");
  assert.match(answer.json().detail, /store thread/);
});

test("metrics are the registry's, as Prometheus reads them", async () => {
  const { ask } = await anHttp();
  const answer = await ask({ url: "/metrics" });
  assert.equal(answer.statusCode, 200);
  assert.match(String(answer.headers["content-type"]), /^text\/plain; version=/);
});

test("the description of the API is answered as it is made from the contract", async () => {
  const { app } = await anHttp();
  const answer = await app.inject({ url: "/openapi.json" });
  assert.equal(answer.json().openapi, "3.1.1");
  assert.equal(answer.json().info.version, "0.0.0-test");
});
