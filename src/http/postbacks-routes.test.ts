import assert from "node:assert/strict";
import test from "node:test";
import { routes } from "#src/contract/routes.ts";
import type { Engine } from "#src/engine/engine.ts";
import { aCatalog, aPartner, aTemplate } from "#test/support/a-catalog.ts";
import { anEngine, type EngineUnderTest } from "#test/support/an-engine.ts";
import { type AnHttp, anHttpOver, assertAnswers, assertProblem } from "#test/support/an-http.ts";

type Running = { readonly http: AnHttp<Engine>; readonly under: EngineUnderTest };

const start = async (parts: Parameters<typeof anEngine>[0] = {}): Promise<Running> => {
  const under = await anEngine(parts);
  return { under, http: await anHttpOver(under) };
};

/** Sends events over the API and answers the ids of their postbacks, once everything has come to rest. */
const sendEvents = async ({ http, under }: Running, events: readonly object[]): Promise<readonly string[]> => {
  const answer = await http.ask({ method: "POST", url: "/v1/events", payload: events.map(inGame) });
  assert.equal(answer.statusCode, 202, answer.body);
  await under.clock.rest();
  const ids: string[] = [];
  for (const id of answer.json().ids) {
    const stored = await http.ask({ url: `/v1/events/${id}` });
    ids.push(...stored.json().postback_ids);
  }
  return ids;
};

const inGame = (event: object) => ({ app_id: "com.example.game", event_name: "purchase", ...event });
const get = ({ http }: Running, url: string) => http.ask({ url });
type Posted = { readonly payload?: object; readonly headers?: Record<string, string> };
const post = ({ http }: Running, url: string, { payload = {}, headers = {} }: Posted = {}) =>
  http.ask({ method: "POST", url, payload, headers });

test("a postback is shown with the exact exchange", async () => {
  const running = await start();
  running.under.sender.script(() => ({ kind: "response", status: 200, body: "thanks", afterMs: 0 }));
  const [id = ""] = await sendEvents(running, [{ event_value: { af_revenue: "1.50" } }]);
  const postback = assertAnswers(routes.readPostback, await get(running, `/v1/postbacks/${id}`));
  assert.equal(postback.state, "delivered");
  assert.equal(postback.partner_id, "examplenetwork_int");
  assert.equal(postback.request.method, "GET");
  assert.match(postback.request.url, /^https:\/\/partner\.example\/event\?event=purchase&mapped=p1&value=%7B/);
  assert.equal(postback.url, postback.request.url);
  const [attempt] = postback.attempt_log;
  assert.equal(postback.attempt_log.length, 1);
  assert.equal(attempt?.number, 1);
  assert.equal(attempt?.outcome, "delivered");
  assert.equal(attempt?.response?.status, 200);
  assert.equal(attempt?.response?.body, "thanks");
  assert.deepEqual([attempt?.fault, attempt?.unmet], [null, null]);
  assertProblem(await get(running, "/v1/postbacks/nothing"), 404, "postback.not_found");
});

test("an answer that means no is shown with the test of its time, though the test is another now", async () => {
  const body = { kind: "not_json", pointer: "/status", value: "error", ignoresCase: false } as const;
  const partner = aPartner({ success: { statuses: [[200, 299]], body }, templates: [aTemplate()] });
  const running = await start({ catalog: aCatalog({ partners: [partner] }) });
  running.under.sender.script(() => ({ kind: "response", status: 200, body: '{"status":"error"}' }));
  const [id = ""] = await sendEvents(running, [{}]);
  const url = "/v1/partners/examplenetwork_int";
  const changed = await running.http.ask({ method: "PATCH", url, payload: { success: { body: "any" } } });
  assert.equal(changed.statusCode, 200, changed.body);
  const { state, attempt_log } = assertAnswers(routes.readPostback, await get(running, `/v1/postbacks/${id}`));
  assert.equal(state, "dead");
  assert.deepEqual(attempt_log[0]?.unmet, {
    test: "body",
    expected: 'must not be "error"',
    actual: '/status was "error"',
    set_by: "partners[examplenetwork_int].success",
  });
});

test("a fault is shown where no answer was heard, and the next try's time", async () => {
  const running = await start();
  running.under.sender.script(() => ({ kind: "fault", fault: "connect_refused" }));
  const [id = ""] = await sendEvents(running, [{}]);
  const postback = assertAnswers(routes.readPostback, await get(running, `/v1/postbacks/${id}`));
  assert.equal(postback.state, "pending");
  assert.equal(postback.attempt_log[0]?.fault?.code, "connect_refused");
  assert.equal(postback.attempt_log[0]?.response, null);
  assert.ok(Date.parse(postback.due_at ?? "") > running.under.clock.now());
});

test("a postback that waits says what holds it, and until when", async () => {
  const running = await start();
  await post(running, "/v1/partners/examplenetwork_int/pause");
  const [id = ""] = await sendEvents(running, [{}]);
  const held = { reason: "paused", by: "partner examplenetwork_int", until: null };
  const read = async () => assertAnswers(routes.readPostback, await get(running, `/v1/postbacks/${id}`));
  assert.deepEqual((await read()).held, held);
  const { data } = assertAnswers(routes.findPostbacks, await get(running, "/v1/postbacks?state=pending"));
  assert.deepEqual(data[0]?.held, held);
  await post(running, "/v1/partners/examplenetwork_int/resume");
  await running.under.clock.rest();
  assert.deepEqual([(await read()).state, (await read()).held], ["delivered", null]);
});

test("a secret stays a name wherever a request is shown", async () => {
  const template = aTemplate({
    dialect: "appsflyer",
    url: "https://partner.example/?n=(event_name)",
    headers: [{ name: "x-plain", value: "plain" }],
  });
  const running = await start({ catalog: aCatalog({ partners: [aPartner({ templates: [template] })] }) });
  const { storage } = running.under;
  const readPostback = storage.log.readPostback;
  const marked = (text: string) => `${text}\u0001header:api_key\u0002`;
  const [id = ""] = await sendEvents(running, [{}]);
  Object.assign(storage.log, {
    readPostback: async (...given: Parameters<typeof readPostback>) => {
      const detail = await readPostback(...given);
      const request = {
        method: "POST",
        url: marked("https://a.example/"),
        headers: ["x-key", marked("k ")],
        body: marked("b "),
      };
      return detail === null ? null : { ...detail, request };
    },
  });
  const answer = await get(running, `/v1/postbacks/${id}`);
  const { request } = assertAnswers(routes.readPostback, answer);
  assert.equal(request.url, "https://a.example/{secret:api_key}");
  assert.deepEqual(request.headers, [{ name: "x-key", value: "k {secret:api_key}" }]);
  assert.equal(request.body, "b {secret:api_key}");
});

test("postbacks are found by what people have, a page at a time, newest first", async () => {
  const running = await start();
  const ids = await sendEvents(running, [
    { event_id: "e1", install_id: "i1", clickid: "c1" },
    { event_id: "e2", customer_user_id: "u2", transaction_id: "t2" },
    { event_id: "e3", advertising_id: "a3" },
  ]);
  assert.equal(ids.length, 3);
  const found = async (query: string) =>
    assertAnswers(routes.findPostbacks, await get(running, `/v1/postbacks?${query}`)).data.map((each) => each.id);
  assert.deepEqual(await found("event_id=e1"), [ids[0]]);
  const { event_id } = (await get(running, `/v1/postbacks/${ids[0]}`)).json();
  assert.deepEqual(await found(`event_id=${event_id}`), [ids[0]], "as the answer itself names it");
  assert.deepEqual(await found(`carom_event_id=${event_id}`), [ids[0]]);
  assert.deepEqual(await found(`event_id=${event_id.replace(/.$/, "!")}`), []);
  assert.deepEqual(await found("install_id=i1"), [ids[0]]);
  assert.deepEqual(await found("click_id=c1"), [ids[0]]);
  assert.deepEqual(await found("user_id=u2"), [ids[1]]);
  assert.deepEqual(await found("user_id=a3"), [ids[2]]);
  assert.deepEqual(await found("transaction_id=t2"), [ids[1]]);
  assert.deepEqual(await found("state=delivered&partner_id=examplenetwork_int&event_name=purchase"), ids.toReversed());
  assert.deepEqual(await found("state=dead"), []);
  assert.deepEqual(await found("partner_id=other"), []);
  const at = new Date(running.under.clock.now() + 1).toISOString();
  assert.deepEqual(await found(`from=${at}`), []);
  assert.equal((await found(`to=${at}`)).length, 3);
  const first = assertAnswers(routes.findPostbacks, await get(running, "/v1/postbacks?limit=2"));
  assert.deepEqual(
    first.data.map((each) => each.id),
    [ids[2], ids[1]],
  );
  assert.notEqual(first.next_cursor, null);
  const second = await get(running, `/v1/postbacks?limit=2&cursor=${first.next_cursor}`);
  const rest = assertAnswers(routes.findPostbacks, second);
  assert.deepEqual(
    rest.data.map((each) => each.id),
    [ids[0]],
  );
  assert.equal(rest.next_cursor, null);
});

test("a filter that cannot be is refused with the name that was meant", async () => {
  const running = await start();
  assertProblem(await get(running, "/v1/postbacks?limit=501"), 400, "request.invalid");
  assertProblem(await get(running, "/v1/postbacks?limit=x"), 400, "request.invalid");
  assertProblem(await get(running, "/v1/postbacks?state=lost"), 400, "request.invalid");
  assertProblem(await get(running, "/v1/postbacks?from=yesterday"), 400, "request.invalid");
  assertProblem(await get(running, "/v1/postbacks?user_id=a&click_id=b"), 400, "request.invalid");
  const unknown = await get(running, "/v1/postbacks?partnerid=x");
  assertProblem(unknown, 400, "request.unknown_field");
  assert.match(unknown.json().detail, /did you mean `partner_id`/);
  for (const name of ["device_id", "advertising_id", "idfa"]) {
    const device = await get(running, `/v1/postbacks?${name}=x`);
    assert.match(device.json().detail, /use `user_id`, which finds by any of these ids/);
  }
});

test("a redelivery is a new postback that shows what it came from; a repeat with its key makes none", async () => {
  const running = await start();
  const [id = ""] = await sendEvents(running, [{}]);
  const url = `/v1/postbacks/${id}/redeliver`;
  const made = assertAnswers(routes.redeliver, await post(running, url, { payload: { render: "current" } }));
  assert.deepEqual(made.before, made.after);
  await running.under.clock.rest();
  assert.equal(running.under.sender.orders.length, 2);

  const key = { "idempotency-key": "again" };
  const first = assertAnswers(routes.redeliver, await post(running, url, { headers: key }));
  const again = assertAnswers(routes.redeliver, await post(running, url, { headers: key }));
  assert.notEqual(first.id, made.id);
  assert.equal(again.id, first.id);
  assertProblem(
    await post(running, url, { payload: { render: "current" }, headers: key }),
    422,
    "request.idempotency_key",
  );
  assertProblem(await post(running, url, { headers: { "idempotency-key": "x".repeat(256) } }), 400, "request.invalid");
  await running.under.clock.rest();
  assert.equal(running.under.sender.orders.length, 3);

  const body = await running.http.ask({ method: "POST", url });
  assert.equal(body.statusCode, 202, "a redelivery needs no body");
  assertProblem(await post(running, "/v1/postbacks/nothing/redeliver"), 404, "postback.not_found");
  assertProblem(await post(running, url, { payload: { render: "fresh" } }), 400, "request.invalid");
});

test("what was refused under an idempotency key can be tried again", async () => {
  const running = await start();
  const key = { "idempotency-key": "k" };
  assertProblem(await post(running, "/v1/postbacks/nothing/redeliver", { headers: key }), 404, "postback.not_found");
  const [id = ""] = await sendEvents(running, [{}]);
  assertAnswers(routes.redeliver, await post(running, `/v1/postbacks/${id}/redeliver`, { headers: key }));
});

test("waiting postbacks are counted, then cancelled; an empty filter cancels nothing", async () => {
  const running = await start();
  running.under.sender.script(() => ({ kind: "response", status: 503 }));
  await sendEvents(running, [{}, {}]);
  const cancel = (payload: object) => post(running, "/v1/postbacks/cancel", { payload });
  const filter = { partner_id: "examplenetwork_int" };
  const counted = assertAnswers(routes.cancelPostbacks, await cancel({ filter, dry_run: true }));
  assert.deepEqual(counted, { matching: 2, cancelled: 0, dry_run: true });
  assertProblem(await cancel({ filter: {} }), 400, "request.invalid");
  assertProblem(await cancel({}), 400, "request.invalid");
  const misspelt = await cancel({ filter: { partner: "x" } });
  assert.equal(misspelt.json().errors[0].code, "request.unknown_field");
  assert.match(misspelt.json().errors[0].message, /did you mean `partner_id`/);
  const done = assertAnswers(routes.cancelPostbacks, await cancel({ filter }));
  assert.deepEqual(done, { matching: 2, cancelled: 2, dry_run: false });
  const { data } = (await get(running, "/v1/postbacks?state=cancelled")).json();
  assert.deepEqual(
    data.map((each: { reason: string }) => each.reason),
    ["by_request", "by_request"],
  );
});

test("waiting postbacks are rendered anew: counted first with what would change, then done under their ids", async () => {
  const ofVersion = (version: string) => {
    const headers = [{ name: "x-version", value: version }];
    const template = aTemplate({ url: `https://partner.example/${version}?e=(event_name)`, headers });
    return aCatalog({ partners: [aPartner({ templates: [template] })] });
  };
  const running = await start({ catalog: ofVersion("v1") });
  running.under.sender.script(() => ({ kind: "response", status: 503 }));
  const [id = ""] = await sendEvents(running, [{}]);
  const change = { by: "local", expected: null, dryRun: false };
  await running.under.engine.catalog.change({ catalog: ofVersion("v2"), ...change });
  const rerender = (payload: object, headers = {}) => post(running, "/v1/postbacks/rerender", { payload, headers });
  const filter = { partner_id: "examplenetwork_int" };
  const counted = assertAnswers(routes.rerenderPostbacks, await rerender({ filter, dry_run: true }));
  const { examples, ...counts } = counted;
  const all = { matching: 1, rerendered: 1, unchanged: 0, unmatched: 0, faulted: 0, in_flight: 0 };
  assert.deepEqual(counts, { ...all, dry_run: true });
  assert.deepEqual(
    examples.map(({ before, after, ...example }) => [example.id, before.url, after.url, after.headers]),
    [
      [
        id,
        "https://partner.example/v1?e=purchase",
        "https://partner.example/v2?e=purchase",
        [{ name: "x-version", value: "v2" }],
      ],
    ],
  );
  const key = { "idempotency-key": "k" };
  const done = assertAnswers(routes.rerenderPostbacks, await rerender({ filter }, key));
  assert.deepEqual(done, { ...all, dry_run: false, examples });
  assert.deepEqual(assertAnswers(routes.rerenderPostbacks, await rerender({ filter }, key)), done);
  const { request } = (await get(running, `/v1/postbacks/${id}`)).json();
  assert.equal(request.url, "https://partner.example/v2?e=purchase");
  const again = assertAnswers(routes.rerenderPostbacks, await rerender({ filter }));
  assert.deepEqual([again.rerendered, again.unchanged], [0, 1]);
  assertProblem(await rerender({ filter: {} }), 400, "request.invalid");
  assertProblem(await rerender({}), 400, "request.invalid");
  const misspelt = await rerender({ filter: { partner: "x" } });
  assert.equal(misspelt.json().errors[0].code, "request.unknown_field");
  const asIngest = { authorization: `Bearer ${running.http.keys.ingest}` };
  assertProblem(await rerender({ filter }, asIngest), 403, "auth.wrong_kind");
});

test("dead postbacks are replayed by a job that can be read and stopped", async () => {
  const running = await start();
  running.under.sender.script(() => ({ kind: "response", status: 400 }));
  await sendEvents(running, [{}, {}]);
  running.under.sender.script(() => ({ kind: "response", status: 200 }));
  const replay = (payload: object, headers = {}) => post(running, "/v1/replays", { payload, headers });
  const filter = { app_id: "com.example.game" };
  const estimate = assertAnswers(routes.startReplay, await replay({ filter, dry_run: true }));
  assert.deepEqual([estimate.status, estimate.matching], ["estimated", 2]);
  const key = { "idempotency-key": "r1" };
  const job = assertAnswers(routes.startReplay, await replay({ filter }, key));
  const again = assertAnswers(routes.startReplay, await replay({ filter }, key));
  assert.equal(again.id, job.id);
  await running.under.clock.turn(1000);
  const read = assertAnswers(routes.readReplay, await get(running, `/v1/replays/${job.id}`));
  assert.deepEqual([read.status, read.replayed], ["done", 2]);
  const delivered = await get(running, "/v1/postbacks?state=delivered");
  assert.equal(delivered.json().data.length, 2);
  const stopped = await running.http.ask({ method: "DELETE", url: `/v1/replays/${job.id}` });
  assertAnswers(routes.stopReplay, stopped);
  assertProblem(await get(running, "/v1/replays/nothing"), 404, "replay.not_found");
  assertProblem(await running.http.ask({ method: "DELETE", url: "/v1/replays/x" }), 404, "replay.not_found");
  assertProblem(await replay({ filter: {} }), 400, "request.invalid");
  const delivering = await replay({ filter: { ...filter, state: "delivered" } });
  assertProblem(delivering, 400, "request.invalid");
  assert.match(delivering.json().errors[0].message, /filter\.state: must be `dead`/);
  assertAnswers(routes.startReplay, await replay({ filter: { state: "dead" }, dry_run: true }));
  assertProblem(await replay({ filter, rate_per_second: 0 }), 400, "request.invalid");
});
