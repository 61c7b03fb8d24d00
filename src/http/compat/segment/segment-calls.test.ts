import assert from "node:assert/strict";
import test from "node:test";
import { gzipSync } from "node:zlib";
import { anExportKey, anHttp, assertProblem } from "#test/support/an-http.ts";

const basic = (user: string) => `Basic ${Buffer.from(`${user}:`).toString("base64")}`;

const aServer = async () => {
  const http = await anHttp();
  const call = (name: string, body: unknown, headers: Readonly<Record<string, string>> = {}) =>
    http.app.inject({
      method: "POST",
      url: `/v1/${name}`,
      headers: { authorization: basic(http.keys.ingest), "content-type": "application/json", ...headers },
      payload: typeof body === "string" || Buffer.isBuffer(body) ? body : JSON.stringify(body),
    });
  return { ...http, call };
};

/** The track call that Segment's documentation prints. */
const documentedTrack = `{
  "userId": "019mr8mf4r",
  "event": "Item Purchased",
  "properties": {
    "name": "Leap to Conclusions",
    "revenue": 14.99
  },
  "context": {
    "ip": "24.5.68.47"
  },
  "timestamp": "2012-12-02T00:30:12.984Z"
}`;

/** The batch that Segment's documentation prints. */
const documentedBatch = `{
  "batch": [
    {
      "type": "identify",
      "userId": "019mr8mf4r",
      "traits": {
        "email": "jake@example.com",
        "name": "Jake Peterson",
        "age": 26
      },
      "timestamp": "2012-12-02T00:30:08.276Z"
    },
    {
      "type": "track",
      "userId": "019mr8mf4r",
      "event": "Song Played",
      "properties": {
        "name": "Fallin for You",
        "artist": "Dierks Bentley"
      },
      "timestamp": "2012-12-02T00:30:12.984Z"
    }
  ],
  "context": {
    "device": {
      "type": "phone",
      "name": "Apple iPhone 6"
    }
  }
}`;

test("the documented calls are answered with Segment's own success", async () => {
  const { call, engine } = await aServer();
  const track = await call("track", documentedTrack);
  assert.equal(track.statusCode, 200, track.body);
  assert.equal(track.body, '{"success":true}');
  const batch = await call("batch", documentedBatch);
  assert.equal(batch.body, '{"success":true}');
  assert.deepEqual(
    engine.appended.map(({ name, time }) => [name, new Date(time).toISOString()]),
    [
      ["Item Purchased", "2012-12-02T00:30:12.984Z"],
      ["identify", "2012-12-02T00:30:08.276Z"],
      ["Song Played", "2012-12-02T00:30:12.984Z"],
    ],
  );
  assert.deepEqual(engine.appended[2]?.extra["segment_context"], { device: { type: "phone", name: "Apple iPhone 6" } });
  assert.match(String(engine.appended[0]?.valueText), /"revenue": 14.99\n {2}\}$/);
});

test("good messages are taken although others are not, and those are told by their place", async () => {
  const { call, engine } = await aServer();
  const track = (event: unknown) => ({ type: "track", userId: "u", event });
  const answer = await call("batch", {
    batch: [
      track("a"),
      { type: "unknown" },
      track("b"),
      track(undefined),
      { ...track("c"), x: "x".repeat(33_000) },
      track("d"),
    ],
  });
  assert.equal(answer.statusCode, 200, answer.body);
  assert.deepEqual(
    answer.json().rejected.map(({ index, code }: { index: number; code: string }) => [index, code]),
    [
      [1, "segment.type_unknown"],
      [3, "event.name_missing"],
      [4, "segment.too_large"],
    ],
  );
  assert.deepEqual(
    engine.appended.map(({ name }) => name),
    ["a", "b", "d"],
  );
});

test("what Segment limits is limited here, as a 400", async () => {
  const { call, engine } = await aServer();
  const large = { type: "track", userId: "u", event: "a", properties: { text: "x".repeat(33_000) } };
  assertProblem(await call("track", large), 400, "events.none_accepted");
  const batch = { batch: Array.from({ length: 20 }, () => ({ ...large, properties: { text: "x".repeat(26_000) } })) };
  assertProblem(await call("batch", batch), 400, "segment.too_large");
  assert.equal(engine.appended.length, 0);
});

test("gzip is taken; what is no batch, no JSON or empty is refused in words", async () => {
  const { call } = await aServer();
  const packed = await call("batch", gzipSync(documentedBatch), { "content-encoding": "gzip" });
  assert.equal(packed.body, '{"success":true}');
  assertProblem(await call("batch", "{"), 400, "request.json_malformed");
  assertProblem(await call("batch", {}), 400, "events.none");
  assertProblem(await call("batch", "[]"), 400, "events.none");
  assertProblem(await call("batch", { batch: [] }), 400, "events.none");
  assertProblem(await call("batch", { batch: Array.from({ length: 1001 }, () => 0) }), 413, "events.too_many");
  assertProblem(await call("track", ""), 400, "events.none");
  assertProblem(await call("track", "7"), 400, "events.none_accepted");
});

test("only an ingest key is a write key", async () => {
  const { call, ask } = await aServer();
  assertProblem(await call("track", documentedTrack, { authorization: "" }), 401, "auth.missing");
  assertProblem(await call("track", documentedTrack, { authorization: "Basic !" }), 401, "auth.missing");
  assertProblem(await call("track", documentedTrack, { authorization: basic("x") }), 401, "auth.unknown_key");
  assertProblem(
    await call("track", documentedTrack, { authorization: basic(await anExportKey({ ask })) }),
    403,
    "auth.wrong_kind",
  );
});

test("lifecycle events are what they say: installs, sessions, uninstalls, and attribution told", async () => {
  const { call, engine } = await aServer();
  const track = (event: string, properties: object = {}) =>
    call("track", { anonymousId: "anonymous-1", event, properties });
  await track("Application Installed", { version: "1.2.3" });
  await track("Install Attributed", {
    provider: "Some Network",
    campaign: { source: "examplenetwork_int", name: "summer", content: "video", ad_group: "group" },
  });
  await track("Application Opened");
  await track("Application Uninstalled");
  assert.deepEqual(
    engine.appended.map(({ type, fields }) => [type, fields.media_source, fields.is_primary_attribution]),
    [
      ["install", undefined, undefined],
      ["install", "examplenetwork_int", false],
      ["session", undefined, undefined],
      ["uninstall", undefined, undefined],
    ],
  );
  assert.equal(engine.appended[1]?.fields.af_adset, "group");
});

test("ids go by the system of the device, and values of another kind make no field", async () => {
  const { call, engine } = await aServer();
  const device = { id: "D", advertisingId: "A", adTrackingEnabled: false, type: "ios" };
  await call("track", { event: "a", context: { device, network: { wifi: "yes" }, locale: 7, app: "none" } });
  await call("track", { event: "a", context: { device: { id: "D", advertisingId: "A" }, os: { name: "Windows" } } });
  await call("track", {
    event: "a",
    properties: { revenue: "about 5", currency: { code: "USD" } },
    context: { location: { country: "us" } },
  });
  const [ios, other, odd] = engine.appended.map(({ fields }) => ({ ...fields }));
  assert.deepEqual(ios, { idfv: "D", idfa: "A", is_lat: true, platform: "ios", language: "7" });
  assert.deepEqual(other, { device_id: "D", advertising_id: "A", platform: "Windows" });
  assert.deepEqual(odd, { country_code: "US" });
});

test("the address of a device's own library is the user's, a server's is nobody's", async () => {
  const { call, engine } = await aServer();
  for (const name of ["analytics.js", "@segment/analytics-react-native", "analytics-python", "other"])
    await call("track", { event: "a", context: { library: { name } } });
  assert.deepEqual(
    engine.appended.map(({ fields }) => fields.event_source),
    ["SDK", "SDK", "S2S", undefined],
  );
  assert.equal(engine.appended[0]?.senderIp, "127.0.0.1");
});

test("what integrations switches off is not shared", async () => {
  const { call, engine } = await aServer();
  for (const integrations of [{}, { All: true }, { One: false, Two: true, "a,b": false }, { All: false, Two: true }])
    assert.equal((await call("track", { event: "a", integrations })).statusCode, 200);
  assert.deepEqual(
    engine.appended.map(({ sharingFilter }) => sharingFilter),
    [null, null, ["One"], "all"],
  );
});

test("pages and screens without a name have one too", async () => {
  const { call, engine } = await aServer();
  await call("page", { anonymousId: "x" });
  await call("screen", { anonymousId: "x", name: "Home" });
  assert.deepEqual(
    engine.appended.map(({ name }) => name),
    ["Loaded a Page", "Viewed Home Screen"],
  );
});
