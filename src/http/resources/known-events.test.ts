import assert from "node:assert/strict";
import test from "node:test";
import { routes } from "#src/contract/routes.ts";
import type { Grant } from "#src/core/catalog/catalog.ts";
import { aCatalog, aGrant, anAccount, anApp, anIntegration } from "#test/support/a-catalog.ts";
import { accept } from "#test/support/an-engine.ts";
import { anEvent, dayMs } from "#test/support/an-event.ts";
import { assertAnswers, assertProblem } from "#test/support/an-http.ts";
import { resourceCalls } from "#test/support/resource-calls.ts";

const events = "/v1/apps/com.example.game/events";
const granted = aGrant({ eventNames: ["purchase"], configureInAppPostbacks: true });

/** Days are turned: what looks every few seconds would look a quarter of a million times. */
const rare = { leaseTickMs: dayMs, sweepTickMs: dayMs, diskTickMs: dayMs, noticeTickMs: dayMs, replayTickMs: dayMs };

const start = (grant: Grant = granted) =>
  resourceCalls(
    aCatalog({
      accounts: [anAccount()],
      apps: [anApp({ grants: [grant], integrations: [anIntegration({ configurator: "agency" })] })],
    }),
    { limits: { upkeep: rare, delivery: { pollIntervalMs: dayMs } } },
  );

test("known are the names seen in the last 14 days, with their count and last day, and those created", async () => {
  const { call, under } = await start();
  await accept(under, [anEvent({ name: "purchase" }), anEvent({ name: "purchase" }), anEvent({ name: "open" })]);
  const seenOn = new Date(under.clock.now()).toISOString().slice(0, 10);
  const created = await call(`POST ${events}`, { name: "season pass", created_under: "examplenetwork_int" });
  assert.equal(created.statusCode, 201, created.body);
  const list = async () => assertAnswers(routes.listKnownEvents, await call(`GET ${events}`)).data;
  const unseen = { count: 0, last_seen_on: null, is_custom: true, created_under: "examplenetwork_int" };
  assert.deepEqual(await list(), [
    { name: "open", count: 1, last_seen_on: seenOn, is_custom: false, created_under: null },
    { name: "purchase", count: 2, last_seen_on: seenOn, is_custom: false, created_under: null },
    { name: "season pass", ...unseen },
  ]);
  await under.clock.turn(14 * dayMs);
  assert.deepEqual(await list(), [{ name: "season pass", ...unseen }]);
  assertProblem(await call(`POST ${events}`, { name: "season pass" }), 409, "resource.exists");
  assertProblem(await call(`POST ${events}`, { name: "x", created_under: "nobody" }), 422, "catalog.refused");
  assert.equal((await call(`DELETE ${events}/season%20pass`)).statusCode, 200);
  assertProblem(await call(`DELETE ${events}/season%20pass`), 404, "event.not_found");
  assert.deepEqual(await list(), []);
});

test("how many events an app has is its own account's to know, whatever is granted", async () => {
  for (const eventNames of [["purchase"], "*"] as const) {
    const { as, under } = await start(aGrant({ eventNames }));
    await accept(under, [anEvent({ name: "purchase" }), anEvent({ name: "purchase" })]);
    const seenOn = new Date(under.clock.now()).toISOString().slice(0, 10);
    const seen = assertAnswers(routes.listKnownEvents, await (await as("agency", "owner"))(`GET ${events}`));
    const purchase = { name: "purchase", count: null, last_seen_on: seenOn, is_custom: false, created_under: null };
    assert.deepEqual(seen, { data: [purchase], unnamed: 0 });
  }
});

test("an agency sees the names that are granted to it, and creates none", async () => {
  const { as, under } = await start();
  await accept(under, [anEvent({ name: "purchase" }), anEvent({ name: "open" })]);
  const agency = await as("agency", "owner");
  const { data } = (await agency(`GET ${events}`)).json();
  assert.deepEqual(
    data.map(({ name }: { name: string }) => name),
    ["purchase"],
  );
  assertProblem(await agency(`POST ${events}`, { name: "x" }), 403, "resource.forbidden");
  assertProblem(await agency("GET /v1/apps/none/events"), 404, "app.not_found");
});
