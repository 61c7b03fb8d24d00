import assert from "node:assert/strict";
import { test } from "node:test";
import { Analytics } from "@segment/analytics-node";
import { applyCatalog, makeKey, startCaromProcess, temporaryFolder } from "#test/support/carom-process.ts";

test("Segment's own client pointed at a running server: every call is stored before it is answered, and survives a kill", async (t) => {
  const folder = temporaryFolder();
  t.after(folder.remove);
  const first = await startCaromProcess({ folder: folder.path });
  await applyCatalog(first, { carom: 1, apps: [{ id: "com.example.game" }] });
  const writeKey = await makeKey(first, { kind: "ingest", app_id: "com.example.game" });
  const analytics = new Analytics({ writeKey, host: first.url, maxRetries: 0 });
  const errors: unknown[] = [];
  analytics.on("error", (error) => errors.push(error));
  const who = { userId: "user-1", anonymousId: "anonymous-1" };
  analytics.track({ ...who, event: "Order Completed", properties: { revenue: 50.87, currency: "USD" } });
  analytics.identify({ ...who, traits: { plan: "gold" } });
  analytics.page({ ...who, category: "Docs", name: "Start" });
  analytics.screen({ ...who, name: "Home" });
  analytics.group({ ...who, groupId: "group-1" });
  analytics.alias({ userId: "user-1", previousId: "old-1" });
  await analytics.closeAndFlush({ timeout: 10_000 });
  assert.deepEqual(errors, []);
  await first.kill("SIGKILL");
  const second = await startCaromProcess({ folder: folder.path });
  t.after(() => second.kill("SIGTERM"));
  const { text } = await second.local({ method: "GET", path: "/v1/events" });
  const { data }: { data: { event_name: string; app_id: string; source: unknown }[] } = JSON.parse(text);
  assert.deepEqual(data.map(({ event_name: name }) => name).toSorted(), [
    "Order Completed",
    "Viewed Docs Start Page",
    "Viewed Home Screen",
    "alias",
    "group",
    "identify",
  ]);
  const order = data.find(({ event_name: name }) => name === "Order Completed");
  assert.match(JSON.stringify(order?.source), /50\.87/);
});
