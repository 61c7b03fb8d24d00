import assert from "node:assert/strict";
import test from "node:test";
import { routes } from "#src/contract/routes.ts";
import { aCatalog, aMapping, anApp, anIntegration } from "#test/support/a-catalog.ts";
import { anEngine } from "#test/support/an-engine.ts";
import { anHttpOver, assertAnswers, assertProblem } from "#test/support/an-http.ts";

const mapped = (...names: readonly string[]) => {
  const mappings = names.map((eventName) => aMapping({ eventName }));
  return aCatalog({ apps: [anApp({ integrations: [anIntegration({ mappings })] })] });
};

const start = async () => {
  const under = await anEngine({ catalog: mapped("level_up") });
  const http = await anHttpOver(under);
  await http.ask({
    method: "POST",
    url: "/v1/events",
    payload: { app_id: "com.example.game", event_name: "purchase" },
  });
  const catalog = mapped("level_up", "purchase");
  await under.engine.catalog.change({ catalog, by: "test", expected: null, dryRun: false });
  const backfill = (payload: object, headers = {}) =>
    http.ask({ method: "POST", url: "/v1/backfills", payload, headers });
  const finished = async (payload: object) => {
    const { id } = assertAnswers(routes.startBackfill, await backfill(payload));
    await under.clock.turn(1_000);
    return assertAnswers(routes.readBackfill, await http.ask({ url: `/v1/backfills/${id}` }));
  };
  return { under, http, backfill, finished };
};

test("a dry run counts, and the backfill then sends as many, once", async () => {
  const { finished, under } = await start();
  const filter = { event_name: "purchase", reason: "not_mapped" };
  const estimate = await finished({ filter, dry_run: true });
  assert.deepEqual([estimate.status, estimate.dry_run, estimate.postbacks], ["done", true, 1]);
  assert.equal(under.sender.orders.length, 0);
  const job = await finished({ filter });
  assert.deepEqual([job.status, job.postbacks, job.by_target], ["done", 1, { "integration:examplenetwork_int": 1 }]);
  assert.equal(under.sender.orders.length, 1);
  assert.deepEqual((await finished({ filter })).already_served, 1);
  assert.equal(under.sender.orders.length, 1);
});

test("a repeat with the same idempotency key starts no second job", async () => {
  const { backfill } = await start();
  const payload = { filter: { app_id: "com.example.game" } };
  const once = await backfill(payload, { "idempotency-key": "monday" });
  const again = await backfill(payload, { "idempotency-key": "monday" });
  assert.equal(once.json().id, again.json().id);
  assertProblem(
    await backfill({ filter: { app_id: "x" } }, { "idempotency-key": "monday" }),
    422,
    "request.idempotency_key",
  );
});

test("a filter that names nothing, or a reason that is none, is refused", async () => {
  const { backfill, http } = await start();
  assertProblem(await backfill({ filter: {} }), 400, "request.invalid");
  const answer = await backfill({ filter: { reason: "unmapped" } });
  assertProblem(answer, 400, "request.invalid");
  assert.match(answer.json().errors[0].message, /not_mapped/);
  assertProblem(await http.ask({ url: "/v1/backfills/nothing" }), 404, "backfill.not_found");
});

test("a backfill is stopped, and says how far it came", async () => {
  const { backfill, http } = await start();
  const { id } = assertAnswers(routes.startBackfill, await backfill({ filter: { event_name: "purchase" } }));
  const stopped = await http.ask({ method: "DELETE", url: `/v1/backfills/${id}` });
  assert.equal(assertAnswers(routes.stopBackfill, stopped).status, "stopped");
  assert.equal(assertAnswers(routes.readBackfill, await http.ask({ url: `/v1/backfills/${id}` })).status, "stopped");
});
