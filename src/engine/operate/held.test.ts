import assert from "node:assert/strict";
import { test } from "node:test";
import { receiverId } from "#src/core/ids.ts";
import { defaultEngineLimits } from "#src/engine/limits.ts";
import type { PauseScope } from "#src/ports/catalog-store.ts";
import { aCatalog, anApp, anIntegration } from "#test/support/a-catalog.ts";
import { anAddressedCatalog, to } from "#test/support/an-addressed-catalog.ts";
import { accept, anEngine } from "#test/support/an-engine.ts";

const north = receiverId("integration:com.example.game:north");
const nothing = { by: null, until: null };

test("a receiver that may be sent to is held by nothing", async () => {
  const { engine } = await anEngine({ catalog: anAddressedCatalog({ north: {} }) });
  assert.equal(engine.heldBy(north), null);
});

test("a pause is named by its level and id, whichever it is", async () => {
  const scopes: readonly (readonly [PauseScope, string])[] = [
    [{ level: "everything" }, "everything"],
    [{ level: "app", id: "com.example.game" }, "app com.example.game"],
    [{ level: "partner", id: "north" }, "partner north"],
    [{ level: "receiver", id: north }, `receiver ${north}`],
  ];
  for (const [scope, by] of scopes) {
    const { engine } = await anEngine({ catalog: anAddressedCatalog({ north: {} }) });
    await engine.pause(scope, "local");
    assert.deepEqual(engine.heldBy(north), { reason: "paused", by, until: null });
    await engine.resume(scope, null);
    assert.equal(engine.heldBy(north), null);
  }
});

test("what is switched off, and what is no more, is told apart", async () => {
  const { engine } = await anEngine({
    catalog: aCatalog({ apps: [anApp({ integrations: [anIntegration({ active: false })] })] }),
  });
  const off = receiverId("integration:com.example.game:examplenetwork_int");
  assert.deepEqual(engine.heldBy(off), { reason: "off", ...nothing });
  assert.deepEqual(engine.heldBy(north), { reason: "removed", ...nothing });
});

test("an open breaker is named until it lets a probe go", async () => {
  const under = await anEngine({ catalog: anAddressedCatalog({ north: {} }) });
  under.sender.script(() => ({ kind: "response", status: 401 }));
  for (let refusals = 0; refusals < defaultEngineLimits.breaker.refusalsInRow; refusals += 1)
    await accept(under, [to("north")]);
  const held = under.engine.heldBy(north);
  assert.equal(held?.reason, "breaker_open");
  assert.equal(held.by, `receiver ${north}`);
  assert.equal(held.until, under.clock.now() + defaultEngineLimits.breaker.openMs);
});
