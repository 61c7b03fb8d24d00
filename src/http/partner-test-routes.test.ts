import assert from "node:assert/strict";
import test from "node:test";
import { routes } from "#src/contract/routes.ts";
import { aCatalog, aPartner, aTemplate } from "#test/support/a-catalog.ts";
import { anEngine } from "#test/support/an-engine.ts";
import { anHttpOver, assertAnswers, assertProblem } from "#test/support/an-http.ts";

const start = async (template: Parameters<typeof aTemplate>[0] = {}, partner: Parameters<typeof aPartner>[0] = {}) => {
  const url = "https://partner.example/event?event=(event_name)&k=(secret.key)";
  const templates = [aTemplate({ url, ...template })];
  const under = await anEngine({ catalog: aCatalog({ partners: [aPartner({ templates, ...partner })] }) });
  const http = await anHttpOver(under);
  const ask = (payload: object, partner = "examplenetwork_int") =>
    http.ask({ method: "POST", url: `/v1/partners/${partner}/test`, payload });
  return { under, http, ask };
};
const app_id = "com.example.game";

test("a test tells what was sent and what was heard, and leaves no trace", async () => {
  const { ask, under, http } = await start();
  under.sender.script(() => ({ kind: "response", status: 200, body: "ok" }));
  const { target, request, attempt } = assertAnswers(routes.testPartner, await ask({ app_id }));
  assert.equal(target, "integration:examplenetwork_int/m-purchase");
  assert.equal(request.url, "https://partner.example/event?event=purchase&k={secret:key}");
  assert.deepEqual([attempt.outcome, attempt.response?.status, attempt.response?.body], ["delivered", 200, "ok"]);
  assert.deepEqual((await http.ask({ url: "/v1/postbacks" })).json().data, []);
  const given = await ask({ app_id, event: { app_id, event_name: "other" } });
  assert.match(assertAnswers(routes.testPartner, given).request.url, /event=other/);
});

test("a test whose answer means no says what of the success test it did not meet", async () => {
  const body = { kind: "json", pointer: "/status", value: "ok", ignoresCase: false } as const;
  const { ask, under } = await start({}, { success: { statuses: [[200, 299]], body } });
  under.sender.script(() => ({ kind: "response", status: 200, body: '{"status":"error"}' }));
  const { attempt } = assertAnswers(routes.testPartner, await ask({ app_id }));
  assert.equal(attempt.outcome, "permanent");
  assert.deepEqual(attempt.unmet, {
    test: "body",
    expected: 'must be "ok"',
    actual: '/status was "error"',
    set_by: "partners[examplenetwork_int].success",
  });
});

test("what cannot be tested says why", async () => {
  const { ask } = await start({ url: "https://partner.example/?c=(campaign)", onMissing: { kind: "skip" } });
  const missing = await ask({ app_id });
  assertProblem(missing, 409, "partner.test_unrendered");
  assert.match(missing.json().detail, /\(campaign\) has no value/);
  const install = await ask({ app_id, event: { app_id, event_type: "install", event_name: "install" } });
  assertProblem(install, 409, "partner.test_unrendered");
  assertProblem(await ask({ app_id }, "nobody"), 404, "partner.not_found");
  assertProblem(await ask({ app_id: "elsewhere" }), 400, "event.app_unknown");
  assertProblem(await ask({ app_id, event: { app_id: "elsewhere", event_name: "x" } }), 400, "request.invalid");
  assertProblem(await ask({ app_id, event: { event_name: 5 } }), 400, "request.invalid");
});

test("a partner that is there and has no integration with the app is not called unknown", async () => {
  const { http, ask } = await start();
  const lonely = { id: "lonely", templates: [] };
  assert.equal((await http.ask({ method: "POST", url: "/v1/partners", payload: lonely })).statusCode, 201);
  const refused = await ask({ app_id }, "lonely");
  assertProblem(refused, 404, "integration.not_found");
  assert.match(refused.json().detail, /com\.example\.game has no integration of its own with the partner lonely/);
  const agencys = await ask({ app_id, configurator: "agency" });
  assertProblem(agencys, 404, "integration.not_found");
  assert.match(agencys.json().detail, /no integration of the agency agency with the partner examplenetwork_int/);
});

test("a test that is repeated with its idempotency key is sent once", async () => {
  const { http, under } = await start();
  const repeat = () =>
    http.ask({
      method: "POST",
      url: "/v1/partners/examplenetwork_int/test",
      headers: { "idempotency-key": "k-1" },
      payload: { app_id },
    });
  const [first, again] = [await repeat(), await repeat()];
  assert.equal(first.body, again.body);
  assert.equal(under.sender.orders.length, 1);
});
