import assert from "node:assert/strict";
import { test } from "node:test";
import { nodeHashes } from "#src/adapters/system/node-hashes.ts";
import { appId } from "#src/core/ids.ts";
import { emptyLogScope } from "#src/core/permissions/log-scope.ts";
import { isErased } from "#src/core/personal-data/erasure.ts";
import { anAddressedCatalog, toEach } from "#test/support/an-addressed-catalog.ts";
import { accept, anEngine, type EngineUnderTest, postbacks } from "#test/support/an-engine.ts";
import { linkedIdentifiersMax } from "./erasures.ts";

const catalog = anAddressedCatalog({ north: {} });
const bob = { kind: "install_id", value: "bob-device" } as const;
const request = { appIds: [], identifiers: [bob], linked: false, dryRun: false };
const appIds = catalog.apps.map(({ id }) => id);

const eventsOf = (install: string, count: number, more: Readonly<Record<string, string>> = {}) =>
  toEach("north", count).map((event) => withFields(event, { install_id: install, ...more }));

const withFields = (event: ReturnType<typeof toEach>[number], fields: Readonly<Record<string, string>>) => {
  const members: unknown = JSON.parse(event.source);
  assert.ok(typeof members === "object");
  return { ...event, fields: { ...event.fields, ...fields }, source: JSON.stringify({ ...members, ...fields }) };
};

const erasedOf = async ({ storage }: EngineUnderTest): Promise<number> => {
  const { items } = await storage.log.findEvents({}, { limit: 500, cursor: null });
  return items.filter(({ event }) => isErased(event)).length;
};

test("what waits for a person is cancelled first, then their events are erased, and those of others stay", async () => {
  const under = await anEngine({ catalog });
  under.sender.script(() => ({ kind: "response", status: 503 }));
  await accept(under, [...eventsOf("bob-device", 3), ...eventsOf("ann-device", 2)]);
  const done = await under.engine.erase({ ...request, appIds });
  assert.deepEqual(done, {
    kind: "erased",
    identifiers: [bob],
    events: 3,
    cancelled: 3,
    inFlight: 0,
    installs: 0,
    marks: 0,
    leftInLog: false,
    leftInFile: false,
  });
  assert.equal(await erasedOf(under), 3);
  under.sender.script(() => ({ kind: "response", status: 200 }));
  await under.clock.turn(60_000);
  const all = await postbacks(under);
  assert.deepEqual(all.map(({ state, reason }) => `${state} ${reason}`).toSorted(), [
    ...Array.from({ length: 3 }, () => "cancelled erased"),
    ...Array.from({ length: 2 }, () => "delivered null"),
  ]);
});

test("a dry run tells what there is and changes nothing", async () => {
  const under = await anEngine({ catalog });
  await accept(under, eventsOf("bob-device", 3));
  const done = await under.engine.erase({ ...request, appIds, dryRun: true });
  assert.ok(done.kind === "erased");
  assert.deepEqual([done.events, done.cancelled], [3, 0]);
  assert.equal(await erasedOf(under), 0);
});

test("an event whose request is on its way is told of, and erased when it is asked again", async () => {
  const under = await anEngine({ catalog });
  under.sender.script(() => ({ kind: "by_hand" }));
  await accept(under, eventsOf("bob-device", 1));
  const first = await under.engine.erase({ ...request, appIds });
  assert.ok(first.kind === "erased");
  assert.deepEqual([first.events, first.inFlight, first.cancelled], [0, 1, 1]);
  for (const { ticket } of under.sender.inHand()) under.sender.answer(ticket, { kind: "response", status: 500 });
  await under.clock.rest();
  const second = await under.engine.erase({ ...request, appIds });
  assert.ok(second.kind === "erased");
  assert.deepEqual([second.events, second.inFlight], [1, 0]);
  assert.equal((await postbacks(under))[0]?.state, "cancelled");
});

test("with linked, the ids that stand in the same events lead to the rest of the person", async () => {
  const under = await anEngine({ catalog });
  await accept(under, [
    ...eventsOf("bob-device", 1, { customer_user_id: "bob" }),
    ...eventsOf("bob-tablet", 2, { customer_user_id: "bob" }),
    ...eventsOf("ann-device", 1, { customer_user_id: "ann" }),
  ]);
  const alone = await under.engine.erase({ ...request, appIds, dryRun: true });
  assert.ok(alone.kind === "erased" && alone.events === 1);
  const done = await under.engine.erase({ ...request, appIds, linked: true });
  assert.ok(done.kind === "erased");
  assert.equal(done.events, 3);
  assert.deepEqual(done.identifiers.map(({ value }) => value).toSorted(), ["bob", "bob-device", "bob-tablet"]);
});

test("jobs that look for the person end, and keep the id only as its hash; a job of another app is left", async () => {
  const under = await anEngine({ catalog });
  under.sender.script(() => ({ kind: "response", status: 400 }));
  await accept(under, eventsOf("bob-device", 20));
  const key = bob;
  const within = { ...emptyLogScope, apps: appIds };
  const replay = { render: "as_sent", ratePerSecond: null, dryRun: false } as const;
  const ended = await under.engine.startReplay({ ...replay, filter: { key } });
  await under.clock.turn(1_000);
  const running = await under.engine.startReplay({ ...replay, ratePerSecond: 1, filter: { key, within } });
  const filling = await under.engine.backfills.start({ ratePerSecond: 1, dryRun: false, filter: { key } });
  const another = { key, appId: appId("another.app") };
  const left = await under.engine.backfills.start({ ratePerSecond: 1, dryRun: false, filter: another });
  const named = async () => [...under.tables.jobs.values()].filter(({ state }) => state.includes(bob.value));
  await under.engine.erase({ ...request, appIds, dryRun: true });
  assert.equal((await named()).length, 4, "a dry run leaves them");
  await under.engine.erase({ ...request, appIds });
  const sent = under.sender.orders.length;
  await under.clock.turn(60_000);
  assert.deepEqual(
    (await named()).map(({ id }) => id),
    [left.id],
  );
  assert.ok(under.tables.jobs.get(running.id)?.state.includes(`"install_id_sha256":"${nodeHashes.sha256(bob.value)}"`));
  assert.equal((await under.engine.readReplay(ended.id))?.status, "done");
  assert.equal((await under.engine.readReplay(running.id))?.status, "stopped");
  assert.ok(["stopped", "done"].includes((await under.engine.backfills.read(filling.id))?.status ?? ""));
  assert.equal(under.sender.orders.length, sent, "nothing more is sent");
});

test("a slice of a job that is under way while its person is erased does not write the id back", async () => {
  let go = (): void => {};
  const under = await anEngine({
    catalog,
    wrap: (storage) => ({
      ...storage,
      log: {
        ...storage.log,
        findPostbacks: async (filter, page) => {
          const found = await storage.log.findPostbacks(filter, page);
          await new Promise<void>((resolve) => {
            go = resolve;
          });
          return found;
        },
      },
    }),
  });
  under.sender.script(() => ({ kind: "response", status: 400 }));
  await accept(under, eventsOf("bob-device", 3));
  const job = await under.engine.startReplay({
    filter: { key: bob },
    render: "as_sent",
    ratePerSecond: null,
    dryRun: false,
  });
  await under.clock.turn(1_000);
  const erasing = under.engine.erase({ ...request, appIds });
  await under.clock.rest();
  assert.equal((await under.storage.jobs.read(job.id))?.status, "stopped");
  go();
  await under.clock.rest();
  assert.equal((await erasing).kind, "erased");
  await under.clock.turn(60_000);
  const stored = await under.storage.jobs.read(job.id);
  assert.ok(stored?.status === "stopped" && !stored.state.includes(bob.value), JSON.stringify(stored));
});

test("an id that many share leads nowhere: nothing is erased, and the refusal says so", async () => {
  const under = await anEngine({ catalog });
  const shared = Array.from({ length: linkedIdentifiersMax + 1 }, (_, index) =>
    eventsOf(`device-${index}`, 1, { customer_user_id: "guest" }),
  ).flat();
  await accept(under, shared);
  const identifiers = [{ kind: "user_id", value: "guest" }] as const;
  const done = await under.engine.erase({ appIds, identifiers, linked: true, dryRun: false });
  assert.deepEqual(done, { kind: "too_many_linked", max: linkedIdentifiersMax });
  assert.equal(await erasedOf(under), 0);
});

test("only the apps that are named are looked through", async () => {
  const under = await anEngine({ catalog });
  await accept(under, eventsOf("bob-device", 1));
  const done = await under.engine.erase({ ...request, appIds: [appId("another.app")] });
  assert.ok(done.kind === "erased" && done.events === 0);
});

test("an erased event is neither redelivered nor backfilled", async () => {
  const under = await anEngine({ catalog });
  await accept(under, eventsOf("bob-device", 1));
  await under.engine.erase({ ...request, appIds });
  const [postback] = await postbacks(under);
  assert.ok(postback !== undefined);
  for (const render of ["as_sent", "current"] as const)
    assert.deepEqual(await under.engine.redeliver(postback.postback.id, render), {
      kind: "no_match",
      reason: "erased",
    });
});
