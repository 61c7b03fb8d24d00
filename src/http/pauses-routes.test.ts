import assert from "node:assert/strict";
import test from "node:test";
import { routes } from "#src/contract/routes.ts";
import { aCatalog } from "#test/support/a-catalog.ts";
import { anHttp, assertAnswers, assertProblem } from "#test/support/an-http.ts";
import { stubEngine } from "#test/support/stub-engine.ts";

const receiver = "integration:com.example.game:examplenetwork_int";
const scopes = [
  { path: `/v1/receivers/${receiver}`, level: "receiver", id: receiver },
  { path: `/v1/receivers/${encodeURIComponent(receiver)}`, level: "receiver", id: receiver },
  { path: "/v1/partners/examplenetwork_int", level: "partner", id: "examplenetwork_int" },
  { path: "/v1/apps/com.example.game", level: "app", id: "com.example.game" },
  { path: "/v1/everything", level: "everything", id: null },
] as const;

test("a pause holds at every level, is listed with who paused, and is taken back", async () => {
  for (const { path, level, id } of scopes) {
    const { ask, engine } = await anHttp();
    const paused = assertAnswers(routes.pauseEverything, await ask({ method: "POST", url: `${path}/pause` }));
    const [pause] = paused.data;
    assert.deepEqual([pause?.level, pause?.id, pause?.by], [level, id, "an operator"]);
    assert.deepEqual(assertAnswers(routes.listPauses, await ask({ url: "/v1/pauses" })), paused);
    const payload = { rate_per_second: 50 };
    const resumed = await ask({ method: "POST", url: `${path}/resume`, payload });
    assert.deepEqual(assertAnswers(routes.resumeEverything, resumed).data, []);
    assert.deepEqual(engine.asked, [{ resume: id === null ? { level } : { level, id }, ratePerSecond: 50 }]);
  }
});

test("resuming needs no body, and no rate means no limit", async () => {
  const { ask, engine } = await anHttp();
  assertAnswers(routes.resumeEverything, await ask({ method: "POST", url: "/v1/everything/resume" }));
  assert.deepEqual(engine.asked, [{ resume: { level: "everything" }, ratePerSecond: null }]);
  const bad = await ask({ method: "POST", url: "/v1/everything/resume", payload: { rate_per_second: -1 } });
  assertProblem(bad, 400, "request.invalid");
});

test("what the catalog does not have cannot be paused, but a pause of what is gone can be taken back", async () => {
  const engine = stubEngine();
  const { ask } = await anHttp({ engine });
  for (const [path, code] of [
    ["/v1/receivers/integration:a:b", "receiver.not_found"],
    ["/v1/partners/nobody", "partner.not_found"],
    ["/v1/apps/com.other", "app.not_found"],
  ] as const) {
    assertProblem(await ask({ method: "POST", url: `${path}/pause` }), 404, code);
    assertProblem(await ask({ method: "POST", url: `${path}/resume` }), 404, code);
  }
  await ask({ method: "POST", url: "/v1/apps/com.example.game/pause" });
  const change = { catalog: aCatalog({ apps: [] }), by: "test", expected: null, dryRun: false };
  await engine.catalog.change(change);
  assert.equal((await ask({ method: "POST", url: "/v1/apps/com.example.game/resume" })).statusCode, 200);
  assert.deepEqual(engine.pauses(), []);
});
