import assert from "node:assert/strict";
import test from "node:test";
import { routes } from "#src/contract/routes.ts";
import type { Engine } from "#src/engine/engine.ts";
import { anEngine } from "#test/support/an-engine.ts";
import { type AnHttp, anHttpOver, assertAnswers, assertProblem } from "#test/support/an-http.ts";

type Running = AnHttp<Engine> & { readonly rest: () => Promise<void> };

const start = async (): Promise<Running> => {
  const under = await anEngine();
  return { ...(await anHttpOver(under)), rest: under.clock.rest };
};

const send = async (running: Running, events: string): Promise<readonly string[]> => {
  const headers = { "content-type": "application/json" };
  const answer = await running.ask({ method: "POST", url: "/v1/events", payload: events, headers });
  assert.equal(answer.statusCode, 202, answer.body);
  await running.rest();
  return answer.json().ids;
};

test("a stored event is shown exactly as it came, with its decisions", async () => {
  const running = await start();
  const source =
    '{"app_id":"com.example.game","event_name":"purchase","event_value":{"af_revenue":120.00,"big":12345678901234567890},"my":"own"}';
  const [id] = await send(running, source);
  const answer = await running.ask({ url: `/v1/events/${id}` });
  assert.ok(answer.body.includes(`"source":${source}`), answer.body);
  const event = assertAnswers(routes.readEvent, answer);
  assert.equal(event.id, id);
  assert.equal(event.event_name, "purchase");
  assert.equal(event.event_type, "in_app_event");
  assert.deepEqual(
    event.decisions.map(({ outcome, partner_id, mapping_id }) => [outcome, partner_id, mapping_id]),
    [["match", "examplenetwork_int", "m-purchase"]],
  );
  assert.equal(event.postback_ids.length, 1);
  assertProblem(await running.ask({ url: "/v1/events/nothing" }), 404, "event.not_found");
});

test("what the install record added is shown beside the event", async () => {
  const running = await start();
  const install =
    '{"app_id":"com.example.game","event_type":"install","install_id":"i1","media_source":"examplenetwork_int"}';
  await send(running, install);
  const [id] = await send(running, '{"app_id":"com.example.game","event_name":"purchase","install_id":"i1"}');
  const event = assertAnswers(routes.readEvent, await running.ask({ url: `/v1/events/${id}` }));
  assert.equal(event.enrichment?.conversion_kind, "install");
  assert.equal(event.enrichment?.fields["media_source"], "examplenetwork_int");
});

test("events are found by app, kind, name, time and what people have, newest first", async () => {
  const running = await start();
  const events = [
    { event_name: "a", event_id: "e1", install_id: "i1" },
    { event_name: "b", customer_user_id: "u2", clickid: "c2", transaction_id: "t2" },
    { event_name: "c", event_type: "session" },
  ].map((event) => ({ app_id: "com.example.game", ...event }));
  const ids = await send(running, JSON.stringify(events));
  const found = async (query: string) =>
    assertAnswers(routes.findEvents, await running.ask({ url: `/v1/events?${query}` })).data.map(({ id }) => id);
  assert.deepEqual(await found(""), ids.toReversed());
  assert.deepEqual(await found("event_id=e1"), [ids[0]]);
  assert.deepEqual(await found("install_id=i1"), [ids[0]]);
  assert.deepEqual(await found("user_id=u2"), [ids[1]]);
  assert.deepEqual(await found("click_id=c2"), [ids[1]]);
  assert.deepEqual(await found("transaction_id=t2"), [ids[1]]);
  assert.deepEqual(await found("event_type=session"), [ids[2]]);
  assert.deepEqual(await found("event_name=b&app_id=com.example.game"), [ids[1]]);
  assert.deepEqual(await found("app_id=com.other"), []);
  assert.deepEqual(await found("from=2100-01-01T00:00:00Z"), []);
  const page = assertAnswers(routes.findEvents, await running.ask({ url: "/v1/events?limit=2" }));
  assert.deepEqual(
    page.data.map(({ id }) => id),
    [ids[2], ids[1]],
  );
  const next = await running.ask({ url: `/v1/events?limit=2&cursor=${page.next_cursor}` });
  assert.deepEqual(
    assertAnswers(routes.findEvents, next).data.map(({ id }) => id),
    [ids[0]],
  );
  assertProblem(await running.ask({ url: "/v1/events?event_type=party" }), 400, "request.invalid");
});

test("an ingest key sends and sees nothing", async () => {
  const running = await start();
  const authorization = `Bearer ${running.keys.ingest}`;
  assertProblem(await running.ask({ url: "/v1/events", headers: { authorization } }), 403, "auth.wrong_kind");
});

test("an event that nobody sent is explained as if it came now, its install record included", async () => {
  const running = await start();
  await send(
    running,
    '{"app_id":"com.example.game","event_type":"install","install_id":"i1","media_source":"examplenetwork_int"}',
  );
  const explain = (payload: object) => running.ask({ method: "POST", url: "/v1/explain", payload });
  const event = { app_id: "com.example.game", event_name: "purchase", install_id: "i1" };
  const told = assertAnswers(routes.explain, await explain({ event }));
  assert.equal(told.event_id, null);
  assert.equal(told.at, "now");
  const [explanation] = told.explanations ?? [];
  assert.equal(explanation?.decision.outcome, "match");
  assert.ok((explanation?.steps.length ?? 0) > 10);
  const attributed = explanation?.steps.find(({ reason }) => reason === "not_attributed");
  assert.ok(attributed !== undefined);
  assert.notEqual(attributed.set_by, null);
  assert.equal(attributed.set_at, "2026-01-14T12:00:00.000Z", "when its revision was saved");
  const unset = explanation?.steps.find(({ set_by }) => set_by === null);
  assert.equal(unset?.set_at, null);
  const skipped = assertAnswers(routes.explain, await explain({ event: { ...event, event_name: "other" } }));
  assert.equal(skipped.explanations?.[0]?.decision.reason, "not_mapped");
  assert.equal(
    (await running.ask({ url: "/v1/events?event_name=purchase" })).json().data.length,
    0,
    "nothing is stored",
  );
  assertProblem(await explain({ event: { ...event, app_id: "com.other" } }), 400, "event.app_unknown");
  const bad = await explain({ event: { ...event, event_time: "noon" } });
  assertProblem(bad, 400, "request.invalid");
  assert.equal(bad.json().errors[0].path, "event.event_time");
});

test("a stored event is explained as it was decided then, and by today's catalog", async () => {
  const running = await start();
  const [id] = await send(running, '{"app_id":"com.example.game","event_name":"purchase"}');
  const explain = (payload: object) => running.ask({ method: "POST", url: "/v1/explain", payload });
  const then = assertAnswers(routes.explain, await explain({ id }));
  assert.equal(then.at, "then");
  assert.equal(then.event_id, id);
  assert.deepEqual(
    then.recorded?.map(({ outcome }) => outcome),
    ["match"],
  );
  assert.deepEqual(then.differs, []);
  const now = assertAnswers(routes.explain, await explain({ id, at: "now" }));
  assert.equal(now.recorded, null);
  assert.equal(now.explanations?.length, 1);
  assertProblem(await explain({ id: "nothing" }), 404, "event.not_found");
  assertProblem(await explain({ id: "nothing", at: "now" }), 404, "event.not_found");
  assertProblem(await explain({ id, at: "soon" }), 400, "request.invalid");
  assertProblem(await explain({}), 400, "request.invalid");
});

test("decisions have one shape, in the answer to the event and wherever it is shown afterwards", async () => {
  const running = await start();
  const payload = [
    { app_id: "com.example.game", event_name: "purchase" },
    { app_id: "com.example.game", event_name: "x" },
  ];
  const answer = await running.ask({ method: "POST", url: "/v1/events?explain=true", payload });
  await running.rest();
  const { ids, decisions } = answer.json();
  for (const [index, id] of ids.entries()) {
    const stored = assertAnswers(routes.readEvent, await running.ask({ url: `/v1/events/${id}` }));
    assert.deepEqual(
      stored.decisions.map(({ revision: _revision, decided_at: _at, ...decision }) => decision),
      decisions[index],
    );
  }
});
