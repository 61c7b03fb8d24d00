import assert from "node:assert/strict";
import test from "node:test";
import { Analytics } from "@segment/analytics-node";
import { openMemoryStorage } from "#src/adapters/memory/memory-storage.ts";
import { NotAcknowledged } from "#src/ports/journal.ts";
import { anHttp } from "#test/support/an-http.ts";
import { turnedClock } from "#test/support/turned-clock.ts";

/** A server that listens, and Segment's own client pointed at it. */
const aClient = async (
  t: test.TestContext,
  options: { readonly writeKey?: string; readonly maxRetries?: number } = {},
) => {
  const clock = turnedClock();
  const http = await anHttp({ clock, storage: openMemoryStorage({ clock }) });
  const host = await http.app.listen({ host: "127.0.0.1", port: 0 });
  const analytics = new Analytics({
    writeKey: options.writeKey ?? http.keys.ingest,
    host,
    maxRetries: options.maxRetries ?? 0,
  });
  const errors: { readonly code: string }[] = [];
  analytics.on("error", (error) => errors.push(error));
  t.after(async () => {
    await analytics.closeAndFlush({ timeout: 1000 });
    await http.app.close();
  });
  return { ...http, analytics, errors };
};

test("Segment's own client sends every kind of call by setting its host", async (t) => {
  const { analytics, engine, errors } = await aClient(t);
  const context = {
    ip: "38.166.144.142",
    app: { name: "Game", version: "1.2.3", namespace: "com.example.game" },
    device: {
      id: "device-1",
      type: "android",
      advertisingId: "38400000-8cf0-11bd-b23e-10b96e40000d",
      model: "Pixel 9",
    },
    os: { name: "Android", version: "16" },
    campaign: { name: "summer", source: "examplenetwork_int", medium: "cpc", term: "cats", content: "video" },
  };
  const timestamp = new Date(Date.UTC(2026, 0, 14, 12));
  const who = { userId: "user-1", anonymousId: "anonymous-1" };
  analytics.track({
    ...who,
    event: "Order Completed",
    properties: { revenue: 50.87, currency: "USD", order_id: "order-1", level: 5 },
    context,
    timestamp,
    integrations: { Example: false },
  });
  analytics.identify({ ...who, traits: { plan: "gold" }, timestamp });
  analytics.page({ ...who, category: "Docs", name: "Start", properties: { url: "https://example.com" }, timestamp });
  analytics.screen({ ...who, name: "Home", timestamp });
  analytics.group({ ...who, groupId: "group-1", traits: { size: 3 }, timestamp });
  analytics.alias({ userId: "user-1", previousId: "old-1", timestamp });
  await analytics.flush();
  assert.deepEqual(errors, []);
  assert.deepEqual(
    engine.appended.map(({ name, type }) => [name, type]),
    [
      ["Order Completed", "in_app_event"],
      ["identify", "in_app_event"],
      ["Viewed Docs Start Page", "in_app_event"],
      ["Viewed Home Screen", "in_app_event"],
      ["group", "in_app_event"],
      ["alias", "in_app_event"],
    ],
  );
  const [order, identify, , , group, alias] = engine.appended;
  assert.ok(order !== undefined);
  assert.match(String(order.clientEventId), /^node-next-/, "messageId is the event's id");
  assert.equal(order.time, timestamp.getTime());
  assert.equal(order.valueText, '{"revenue":50.87,"currency":"USD","order_id":"order-1","level":5}');
  const { sdk_version: version, ...fields } = order.fields;
  assert.match(String(version), /^\d+\.\d+\.\d+/);
  assert.deepEqual(
    { ...fields },
    {
      install_id: "anonymous-1",
      customer_user_id: "user-1",
      ip: "38.166.144.142",
      app_name: "Game",
      app_version: "1.2.3",
      bundle_id: "com.example.game",
      android_id: "device-1",
      advertising_id: "38400000-8cf0-11bd-b23e-10b96e40000d",
      device_model: "Pixel 9",
      device_type: "Pixel 9",
      platform: "android",
      os_version: "16",
      media_source: "examplenetwork_int",
      campaign: "summer",
      af_channel: "cpc",
      af_keywords: "cats",
      af_ad: "video",
      event_revenue: 50.87,
      event_revenue_currency: "USD",
      transaction_id: "order-1",
      event_source: "S2S",
    },
  );
  assert.deepEqual(order.sharingFilter, ["Example"]);
  assert.equal(identify?.valueText, '{"plan":"gold"}');
  assert.equal(group?.extra["group_id"], "group-1");
  assert.equal(alias?.extra["previous_id"], "old-1");
});

test("a repeat with the same messageId is one event", async (t) => {
  const { analytics, engine } = await aClient(t);
  for (let times = 0; times < 2; times += 1)
    analytics.track({ userId: "user-1", event: "Order Completed", messageId: "message-1" });
  await analytics.flush();
  assert.equal(engine.appended.length, 1);
});

test("while nothing is durable the client is not told of success, and its own repeat brings the events in", async (t) => {
  const { analytics, engine, errors } = await aClient(t, { maxRetries: 3 });
  engine.failWith = new NotAcknowledged("store_failed", 1);
  let answers = 0;
  analytics.on("http_request", () => {
    answers += 1;
    if (answers === 2) engine.failWith = null;
  });
  analytics.track({ userId: "user-1", event: "Order Completed" });
  await analytics.flush();
  assert.deepEqual(errors, []);
  assert.ok(answers >= 2);
  assert.equal(engine.appended.length, 1);
});

test("a write key that is not known is an error of the client", async (t) => {
  const { analytics, engine, errors } = await aClient(t, { writeKey: "unknown" });
  analytics.track({ userId: "user-1", event: "Order Completed" });
  await analytics.flush();
  assert.equal(engine.appended.length, 0);
  assert.equal(errors.length, 1);
});
