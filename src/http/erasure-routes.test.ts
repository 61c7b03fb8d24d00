import assert from "node:assert/strict";
import test from "node:test";
import { routes } from "#src/contract/routes.ts";
import { anEngine } from "#test/support/an-engine.ts";
import { anHttp, anHttpOver, assertAnswers, assertProblem } from "#test/support/an-http.ts";

const identifiers = [{ kind: "user_id", value: "bob" }];
const url = "/v1/users-data";

test("one person's events, postbacks and install record are empty afterwards, and found by no id", async () => {
  const under = await anEngine();
  const http = await anHttpOver(under);
  const event = { app_id: "com.example.game", event_name: "purchase", customer_user_id: "bob", ip: "198.51.100.7" };
  const payload = [
    { ...event, event_type: "install", install_id: "device-1" },
    event,
    { ...event, customer_user_id: "ann" },
  ];
  const sent = await http.ask({ method: "POST", url: "/v1/events", payload });
  await under.clock.rest();
  const found = await http.ask({ method: "DELETE", url: `${url}?dry_run=true`, payload: { identifiers } });
  assert.deepEqual([assertAnswers(routes.eraseUserData, found).events, found.json().dry_run], [2, true]);
  const done = assertAnswers(routes.eraseUserData, await http.ask({ method: "DELETE", url, payload: { identifiers } }));
  assert.deepEqual([done.events, done.in_flight, done.install_records], [2, 0, 1]);
  const erased = await http.ask({ url: `/v1/events/${sent.json().ids[1]}` });
  assert.ok(!erased.body.includes("bob") && !erased.body.includes("198.51.100.7"), erased.body);
  assert.equal((await http.ask({ url: "/v1/events?user_id=bob" })).json().data.length, 0);
  assert.equal((await http.ask({ url: "/v1/events?user_id=ann" })).json().data.length, 1);
});

test("an app that is not there, no identifier and an unknown kind are refused with the field and the fix", async () => {
  const { ask } = await anHttp();
  const erase = (payload: object) => ask({ method: "DELETE", url, payload });
  assertProblem(await erase({ identifiers, app_id: "com.example.nothing" }), 404, "erasure.app_unknown");
  assertProblem(await erase({ identifiers: [] }), 400, "request.invalid");
  assertProblem(await erase({ identifiers: [{ kind: "email", value: "bob" }] }), 400, "request.invalid");
  assertProblem(await erase({}), 400, "request.invalid");
});

test("ids that many people share are refused", async () => {
  const { ask, engine } = await anHttp();
  const answer = await ask({ method: "DELETE", url, payload: { identifiers, linked: true } });
  assert.equal(answer.json().identifiers[0].value, "bob");
  assert.ok(JSON.stringify(engine.asked).includes('"linked":true'));
  engine.erase = async () => ({ kind: "too_many_linked", max: 200 });
  assertProblem(
    await ask({ method: "DELETE", url, payload: { identifiers, linked: true } }),
    422,
    "erasure.too_many_linked",
  );
});

test("an erased event is explained as erased, and a simulation counts it", async () => {
  const under = await anEngine();
  const { ask } = await anHttpOver(under);
  const event = { app_id: "com.example.game", event_name: "purchase", customer_user_id: "bob" };
  const id = (await ask({ method: "POST", url: "/v1/events", payload: event })).json().ids[0];
  await under.clock.rest();
  assertAnswers(routes.eraseUserData, await ask({ method: "DELETE", url, payload: { identifiers } }));
  for (const at of ["then", "now"]) {
    const explain = await ask({ method: "POST", url: "/v1/explain", payload: { id, at } });
    const { erased, explanations, differs } = assertAnswers(routes.explain, explain);
    assert.deepEqual([erased, explanations, differs ?? []], [true, null, []]);
  }
  const changes = { active: true };
  const started = (await ask({ method: "POST", url: "/v1/simulations", payload: { changes } })).json();
  await under.clock.turn(1_000);
  const simulation = (await ask({ url: `/v1/simulations/${started.id}` })).json();
  assert.deepEqual([simulation.status, simulation.events, simulation.erased], ["done", 1, 1]);
});
