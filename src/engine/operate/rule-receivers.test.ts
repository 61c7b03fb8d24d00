import assert from "node:assert/strict";
import { test } from "node:test";
import { receiverId, ruleId } from "#src/core/ids.ts";
import { aCatalog, anApp, aRule } from "#test/support/a-catalog.ts";
import { accept, anEngine, codesOf, postbacks } from "#test/support/an-engine.ts";
import { anEvent } from "#test/support/an-event.ts";

const catalogOf = (...rules: ReturnType<typeof aRule>[]) => aCatalog({ apps: [anApp({ integrations: [], rules })] });
const crash = () => anEvent({ type: "hit", context: { "a.CrashEvent": "CrashEvent" } });
const receiver = receiverId("rule:com.example.game:crashes");

test("a rule's postbacks are delivered, and found by the rule", async () => {
  const under = await anEngine({ catalog: catalogOf(aRule(), aRule({ id: "other" })) });
  await accept(under, [crash()]);
  const [found, ...more] = await postbacks(under, { ruleId: ruleId("crashes") });
  assert.equal(more.length, 0);
  assert.deepEqual([found?.state, found?.partnerId, found?.ruleId], ["delivered", null, "crashes"]);
  assert.equal((await postbacks(under)).length, 2);
});

test("a rule is paused and let go alone, as a receiver of its own", async () => {
  const under = await anEngine({ catalog: catalogOf(aRule(), aRule({ id: "other" })) });
  await under.engine.pause({ level: "receiver", id: receiver }, "test");
  await accept(under, [crash()]);
  const states = async () => (await postbacks(under)).map(({ ruleId: rule, state }) => `${rule} ${state}`).toSorted();
  assert.deepEqual(await states(), ["crashes pending", "other delivered"]);
  await under.engine.resume({ level: "receiver", id: receiver }, null);
  await under.clock.rest();
  assert.deepEqual(await states(), ["crashes delivered", "other delivered"]);
});

test("a rule that is switched off skips what comes and holds what waits; one that is removed cancels it", async () => {
  const under = await anEngine({ catalog: catalogOf(aRule()) });
  const change = async (...rules: ReturnType<typeof aRule>[]) => {
    const next = { catalog: catalogOf(...rules), by: "test", expected: null, dryRun: false };
    assert.equal((await under.engine.catalog.change(next)).kind, "changed");
    await under.clock.rest();
  };
  await under.engine.pause({ level: "receiver", id: receiver }, "test");
  await accept(under, [crash()]);
  await change(aRule({ active: false }));
  await under.engine.resume({ level: "receiver", id: receiver }, null);
  await under.clock.rest();
  const late = crash();
  await accept(under, [late]);
  assert.deepEqual(await codesOf(under, late), ["rule_inactive"]);
  assert.deepEqual(
    (await postbacks(under)).map(({ state }) => state),
    ["pending"],
  );
  await change();
  // The rows of what a removal cancels follow by slices.
  await under.clock.turn(60_000);
  assert.deepEqual(
    (await postbacks(under)).map(({ state, reason }) => [state, reason]),
    [["cancelled", "rule_removed"]],
  );
  const [gone] = await postbacks(under);
  assert.ok(gone !== undefined);
  assert.deepEqual(await under.engine.redeliver(gone.postback.id, "current"), {
    kind: "no_match",
    reason: "rule_removed",
  });
});
