import assert from "node:assert/strict";
import test from "node:test";
import { gzipSync } from "node:zlib";
import { acceptedWire } from "#src/contract/event-wire.ts";
import { NotAcknowledged } from "#src/ports/journal.ts";
import { type AnHttp, anHttp, assertProblem } from "#test/support/an-http.ts";
import { type StubEngine, stubEngine } from "#test/support/stub-engine.ts";

type Http = AnHttp<StubEngine>;
type Sent = { readonly headers?: Record<string, string>; readonly query?: string; readonly key?: string | null };

const jsonType = { "content-type": "application/json" };
const purchase = { app_id: "com.example.game", event_name: "purchase" };

const send = (http: Http, body: unknown, { headers = {}, query = "", key = http.keys.ingest }: Sent = {}) =>
  http.app.inject({
    method: "POST",
    url: `/v1/events${query}`,
    headers: { ...jsonType, ...(key === null ? {} : { authorization: `Bearer ${key}` }), ...headers },
    payload: typeof body === "string" || Buffer.isBuffer(body) ? body : JSON.stringify(body),
  });

test("one event is appended once and answered with its id", async () => {
  const http = await anHttp();
  const answer = await send(http, purchase);
  assert.equal(answer.statusCode, 202, answer.body);
  const [event] = http.engine.appended;
  assert.equal(http.engine.appended.length, 1);
  assert.deepEqual(answer.json(), { accepted: 1, duplicates: 0, rejected: [], ids: [event?.id] });
  assert.match(event?.id ?? "", /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.equal(event?.receivedAt, http.clock.now());
});

test("an event keeps the text it came with", async () => {
  const http = await anHttp();
  const text = '{"event_name":"purchase" ,"event_value":{"af_revenue":120.00}}';
  await send(http, `  ${text}\n`);
  assert.equal(http.engine.appended[0]?.source, text);
  assert.equal(http.engine.appended[0]?.valueText, '{"af_revenue":120.00}');
});

test("an array and NDJSON are taken in order, blank lines aside", async () => {
  const http = await anHttp();
  const events = ["a", "b", "c"].map((name) => ({ ...purchase, event_name: name }));
  const lines = `${events.map((event) => JSON.stringify(event)).join("\r\n\n")}\n`;
  const array = await send(http, events);
  const ndjson = await send(http, lines, { headers: { "content-type": "application/x-ndjson" } });
  assert.equal(array.statusCode, 202);
  assert.equal(ndjson.statusCode, 202);
  assert.deepEqual(
    http.engine.appended.map(({ name }) => name),
    ["a", "b", "c", "a", "b", "c"],
  );
  assert.deepEqual(
    array.json().ids,
    http.engine.appended.slice(0, 3).map(({ id }) => id),
  );
});

test("no sender marks an event as erased, or it would never be delivered", async () => {
  const http = await anHttp();
  const answer = await send(http, [{ ...purchase, carom_erased: true }, purchase]);
  assert.equal(answer.statusCode, 202, answer.body);
  assert.equal(http.engine.appended.length, 1);
  const [rejected] = answer.json().rejected;
  assert.deepEqual([rejected.index, rejected.code], [0, "event.member_reserved"]);
});

test("a gzip body is taken like a plain one", async () => {
  const http = await anHttp();
  const answer = await send(http, gzipSync(JSON.stringify([purchase])), { headers: { "content-encoding": "gzip" } });
  assert.equal(answer.statusCode, 202, answer.body);
  assert.equal(http.engine.appended.length, 1);
});

test("good events are taken although others are not, and every id stands at its place", async () => {
  const http = await anHttp();
  const body =
    '[{"event_name":"a"},{"event_name":5,"event_time":"noon"},not json,{"event_name":"b","app_id":"com.other"},{"event_name":"c"}]';
  const answer = await send(http, body);
  assert.equal(answer.statusCode, 202, answer.body);
  const wire = acceptedWire.parse(answer.json());
  const [a, c] = http.engine.appended;
  assert.deepEqual(wire.ids, [a?.id, null, null, null, c?.id]);
  assert.equal(wire.accepted, 2);
  assert.deepEqual(
    wire.rejected.map(({ index }) => index),
    [1, 2, 3],
  );
  assert.deepEqual(wire.rejected.map(({ code }) => code).slice(1), ["event.not_json", "event.app_forbidden"]);
  for (const { message } of wire.rejected) assert.ok(message.length > 10);
});

test("an event with several mistakes tells them all, each with its field", async () => {
  const http = await anHttp();
  const answer = await send(http, [
    purchase,
    { event_name: 5, event_time: "noon" },
    { event_time: "noon", is_test: "perhaps" },
  ]);
  const { rejected } = acceptedWire.parse(answer.json());
  const last = rejected.at(-1);
  assert.equal(last?.index, 2);
  assert.ok(
    last?.errors?.some(({ path }) => path === "event_time"),
    answer.body,
  );
  assert.equal(last?.errors?.[0]?.code, last?.code);
});

test("an event that nests too deep, or a line that is not UTF-8, does not take the others with it", async () => {
  const http = await anHttp();
  const deep = `{"event_name":"deep","x":${"[".repeat(100)}${"]".repeat(100)}}`;
  const array = await send(http, `[${JSON.stringify(purchase)},${deep},${JSON.stringify(purchase)}]`);
  assert.equal(array.json().accepted, 2, array.body);
  assert.deepEqual(
    array.json().rejected.map(({ index, code }: { index: number; code: string }) => [index, code]),
    [[1, "event.too_deep"]],
  );
  assert.match(array.json().rejected[0].message, /at most 32 deep/);
  const good = Buffer.from(`${JSON.stringify(purchase)}\n`);
  const lines = Buffer.concat([good, Buffer.from([0x7b, 0xff, 0x7d, 0x0a]), good]);
  const ndjson = { "content-type": "application/x-ndjson" };
  const answer = await send(http, lines, { headers: ndjson });
  assert.equal(answer.json().accepted, 2, answer.body);
  assert.deepEqual(acceptedWire.parse(answer.json()).rejected, [
    {
      index: 1,
      line: 2,
      code: "event.not_utf8",
      message: "line 2: the line holds bytes that are not UTF-8; encode it as UTF-8",
    },
  ]);
});

test("of NDJSON a rejected event is counted among events, and named by its line", async () => {
  const http = await anHttp();
  const headers = { "content-type": "application/x-ndjson" };
  const answer = await send(http, `\n\n{"event_name":"a"}\n\n{"event_name":\n`, { headers });
  const [rejected] = acceptedWire.parse(answer.json()).rejected;
  assert.equal(rejected?.index, 1);
  assert.equal(rejected?.line, 5);
  assert.match(rejected?.message ?? "", /^line 5: .*line 1, column 15$/);
  const none = await send(http, `\n{"event_time":"noon"}`, { headers });
  assert.deepEqual(
    none.json().errors.map(({ path, line }: { path: string; line: number }) => [path, line]),
    [
      ["[0].event_time", 2],
      ["[0].event_name", 2],
    ],
  );
});

test("an app that does not exist is not called another's", async () => {
  const http = await anHttp();
  const answer = await send(http, { ...purchase, app_id: "com.exmaple.game" });
  assertProblem(answer, 403, "event.app_forbidden");
  assert.match(answer.json().detail, /com\.exmaple\.game is not in the catalog/);
});

test("an event given twice is one event under the first one's id", async () => {
  const http = await anHttp();
  const first = await send(http, { ...purchase, event_id: "e1" });
  const second = await send(http, [{ ...purchase, event_id: "e1" }, purchase]);
  assert.equal(http.engine.appended.length, 2);
  assert.deepEqual(second.json(), {
    accepted: 1,
    duplicates: 1,
    rejected: [],
    ids: [first.json().ids[0], http.engine.appended[1]?.id],
  });
});

test("explain=true adds each event's decisions", async () => {
  const http = await anHttp();
  const asked = { query: "?explain=true", key: http.keys.management };
  const answer = await send(http, [purchase, "no event"], asked);
  const wire = acceptedWire.parse(answer.json());
  assert.equal(wire.decided, true);
  assert.equal(wire.decisions?.length, 2);
  assert.equal(wire.decisions?.[0]?.[0]?.partner_id, "examplenetwork_int");
  assert.equal(wire.decisions?.[1], null);
  assert.equal((await send(http, purchase)).json().decisions, undefined);
  assertProblem(await send(http, purchase, { ...asked, query: "?explain=maybe" }), 400, "request.invalid");
  assertProblem(await send(http, purchase, { query: "?explian=true" }), 400, "request.unknown_field");
});

test("an ingest key, which may ship inside an app, is not told what is decided", async () => {
  const http = await anHttp();
  assertProblem(await send(http, purchase, { query: "?explain=true" }), 403, "auth.wrong_kind");
  assert.equal(http.engine.appended.length, 0, "a refusal takes nothing");
  assert.equal((await send(http, purchase, { query: "?explain=false" })).statusCode, 202);
});

test("a management key sends for every app of the catalog, and has to name it", async () => {
  const http = await anHttp();
  const key = http.keys.management;
  assert.equal((await send(http, purchase, { key })).statusCode, 202);
  assertProblem(await send(http, { event_name: "a" }, { key }), 400, "events.none_accepted");
  const unknown = await send(http, { ...purchase, app_id: "com.other" }, { key });
  assertProblem(unknown, 400, "events.none_accepted");
  assert.equal(unknown.json().errors[0].code, "event.app_unknown");
  assert.equal(unknown.json().errors[0].path, "app_id", "no array was sent");
  const unknowns = await send(http, [{ ...purchase, app_id: "com.other" }], { key });
  assert.equal(unknowns.json().errors[0].path, "[0].app_id");
});

test("an ingest key speaks for its app only", async () => {
  const http = await anHttp();
  assertProblem(await send(http, { ...purchase, app_id: "com.other" }), 403, "event.app_forbidden");
  assert.equal(http.engine.appended.length, 0);
});

test("without a key of the right kind nothing is read", async () => {
  const http = await anHttp();
  const missing = await send(http, purchase, { key: null });
  assertProblem(missing, 401, "auth.missing");
  assert.match(String(missing.headers["www-authenticate"]), /^Bearer/);
  assertProblem(await send(http, purchase, { key: "carom_ingest_wrong" }), 401, "auth.unknown_key");
  assertProblem(
    await send(http, purchase, { key: null, headers: { authorization: "Basic abc" } }),
    401,
    "auth.unknown_key",
  );
  assert.equal(http.engine.appended.length, 0);
});

test("bodies that cannot be read are refused with their reason", async () => {
  const http = await anHttp();
  assertProblem(await send(http, ""), 400, "events.none");
  assertProblem(await send(http, "[]"), 400, "events.none");
  assertProblem(await send(http, "\n \n", { headers: { "content-type": "application/x-ndjson" } }), 400, "events.none");
  assertProblem(await send(http, "[{}"), 400, "request.json_malformed");
  assertProblem(await send(http, "nonsense"), 400, "events.none_accepted");
  assertProblem(await send(http, Buffer.from([0x7b, 0xff, 0x7d])), 400, "request.not_utf8");
  const unclosed = await send(http, '[{"event_name":"a"},\n {"event_name"');
  assertProblem(unclosed, 400, "request.json_malformed");
  assert.match(unclosed.json().detail, /line 2, column 15$/);
  assertProblem(await send(http, "[".repeat(1000)), 400, "request.json_malformed");
  const latin = { "content-type": "application/json; charset=iso-8859-1" };
  assertProblem(await send(http, purchase, { headers: latin }), 415, "request.media_type");
  assertProblem(await send(http, purchase, { headers: { "content-type": "text/plain" } }), 415, "request.media_type");
  assertProblem(await send(http, purchase, { headers: { "content-encoding": "br" } }), 415, "request.content_encoding");
  assertProblem(await send(http, "junk", { headers: { "content-encoding": "gzip" } }), 400, "request.encoding_broken");
  assert.equal(http.engine.appended.length, 0);
});

test("a thousand events are taken and one more is not", async () => {
  const http = await anHttp();
  const thousand = Array.from({ length: 1000 }, () => purchase);
  assert.equal((await send(http, thousand)).json().accepted, 1000);
  assertProblem(await send(http, [...thousand, purchase]), 413, "events.too_many");
  const lines = [...thousand, purchase].map((event) => JSON.stringify(event)).join("\n");
  assertProblem(
    await send(http, lines, { headers: { "content-type": "application/x-ndjson" } }),
    413,
    "events.too_many",
  );
  assert.equal(http.engine.appended.length, 1000);
});

test("sizes are bounded: of an event, of a body, and of what a body unpacks to", async () => {
  const http = await anHttp();
  const large = { ...purchase, note: "x".repeat(65_536) };
  assertProblem(await send(http, large), 413, "event.too_large");
  const mixed = await send(http, [large, purchase]);
  assert.equal(mixed.statusCode, 202);
  assert.equal(mixed.json().rejected[0].code, "event.too_large");
  assertProblem(await send(http, " ".repeat(5 * 1024 * 1024 + 1)), 413, "request.too_large");
  const bomb = gzipSync(Buffer.alloc(60 * 1024 * 1024, 0x20));
  assert.ok(bomb.length < 100_000);
  assertProblem(await send(http, bomb, { headers: { "content-encoding": "gzip" } }), 413, "request.too_large");
});

test("what is not acknowledged is a 503 that says when to come again", async () => {
  for (const reason of ["queue_full", "disk_full", "store_failed", "shutting_down"] as const) {
    const http = await anHttp();
    http.engine.failWith = new NotAcknowledged(reason, 2.4);
    const answer = await send(http, purchase);
    assertProblem(answer, 503, `intake.${reason}`);
    assert.equal(answer.headers["retry-after"], "3");
  }
});

test("a fault of ours is a 500 without its text", async () => {
  const http = await anHttp();
  http.engine.failWith = new Error("password=hunter2");
  const answer = await send(http, purchase);
  assertProblem(answer, 500, "server.fault");
  assert.ok(!answer.body.includes("hunter2"));
});

test("a key that sends too fast is told to wait, and goes on afterwards", async () => {
  const http = await anHttp({ limits: { eventsPerSecondPerKey: 3 } });
  assert.equal((await send(http, [purchase, purchase, purchase])).statusCode, 202);
  const refused = await send(http, purchase);
  assertProblem(refused, 429, "rate.limited");
  assert.equal(refused.headers["retry-after"], "1");
  assert.equal(
    (await send(http, purchase, { key: http.keys.management })).statusCode,
    202,
    "another key is not limited by it",
  );
  await http.clock.turn(1000);
  assert.equal((await send(http, [purchase, purchase, purchase])).statusCode, 202);
  assert.equal(http.engine.appended.length, 7);
});

test("names of the prototype are names like any other", async () => {
  const http = await anHttp({ engine: stubEngine() });
  const answer = await send(
    http,
    '{"event_name":"a","__proto__":{"app_id":"x"},"constructor":{"prototype":{"y":1}},"toString":"z"}',
  );
  assert.equal(answer.statusCode, 202, answer.body);
  assert.equal(http.engine.appended[0]?.appId, "com.example.game");
  assert.equal(Reflect.get({}, "y"), undefined);
  assertProblem(
    await send(http, { ...purchase, app_id: "__proto__" }, { key: http.keys.management }),
    400,
    "events.none_accepted",
  );
});

test("the sender's address is the connection's, unless a trusted proxy tells another", async () => {
  const headers = { "x-forwarded-for": "203.0.113.7" };
  const strangers = await anHttp();
  await send(strangers, purchase, { headers });
  assert.equal(strangers.engine.appended[0]?.senderIp, "127.0.0.1");
  const proxied = await anHttp({ trustedProxies: ["127.0.0.0/8"] });
  await send(proxied, purchase, { headers });
  assert.equal(proxied.engine.appended[0]?.senderIp, "203.0.113.7");
});

test("many large bodies at once are refused before they fill the memory, and room comes back", async () => {
  const http = await anHttp({ limits: { intakeBytesInHandMax: 1_000_000 } });
  const append = http.engine.journal.append;
  let goOn = () => {};
  const held = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  Object.assign(http.engine.journal, {
    append: async (events: Parameters<typeof append>[0]) => {
      await held;
      return append(events);
    },
  });
  const large = JSON.stringify(Array.from({ length: 10 }, () => ({ ...purchase, note: "x".repeat(60_000) })));
  // A question of `inject` is only put when somebody waits for its answer.
  const first = send(http, large).then((answer) => answer);
  const small = send(http, purchase).then((answer) => answer);
  const second = await send(http, large);
  assertProblem(second, 503, "intake.queue_full");
  assert.ok(Number(second.headers["retry-after"]) > 0);
  goOn();
  assert.equal((await first).statusCode, 202);
  assert.equal((await small).statusCode, 202, "a small body is not refused for the sake of large ones");
  for (let round = 0; round < 3; round += 1) assert.equal((await send(http, large)).statusCode, 202);
});
