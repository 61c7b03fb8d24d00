import assert from "node:assert/strict";
import { test } from "node:test";
import { enrichmentOf, withLifecycle } from "#src/core/installs/install-conversion.ts";
import { installFrom } from "#src/core/installs/install-from.ts";
import { anEvent, noon } from "#test/support/an-event.ts";
import { lifecycleAfter, lifecycleFact, tellsLifecycle } from "./lifecycle.ts";

const install = installFrom(anEvent({ type: "install", fields: { install_id: "i-1" } }), null);

test("an install is the first launch, on the day it was made, unless its context says more", () => {
  assert.deepEqual(install.lifecycle, { "a.InstallDate": "01/14/2026", "a.Launches": "1" });
  const told = anEvent({ type: "install", context: { "a.launches": 3, "a.AppID": "Game 1.0" } });
  assert.deepEqual(installFrom(told, null).lifecycle, {
    "a.InstallDate": "01/14/2026",
    "a.Launches": "3",
    "a.AppID": "Game 1.0",
  });
});

test("context data with keys of a device's life and sessions tell of it, other events do not", () => {
  assert.equal(tellsLifecycle(anEvent({ context: { "A.PrevSessionLength": 132 } })), true);
  assert.equal(tellsLifecycle(anEvent({ type: "session" })), true);
  assert.equal(tellsLifecycle(anEvent({ context: { "user.name": "bob" } })), false);
  assert.equal(tellsLifecycle(anEvent()), false);
});

test("a session is one launch more, unless it counts them itself", () => {
  const session = anEvent({ type: "session" });
  assert.equal(withLifecycle(install, session).lifecycle["a.Launches"], "2");
  assert.equal(withLifecycle(install, session).eventId, session.id);
  assert.equal(lifecycleAfter({}, session)["a.Launches"], "1");
  assert.equal(lifecycleAfter({}, anEvent({ type: "session", context: { "a.Launches": 9 } }))["a.Launches"], "9");
});

test("a re-engagement keeps what is known, a late install fills its gaps", () => {
  const known = withLifecycle(install, anEvent({ context: { "a.PrevSessionLength": 132 } }));
  const engaged = installFrom(anEvent({ type: "re_engagement", time: noon + 5 }), known);
  assert.deepEqual(engaged.lifecycle, known.lifecycle);
  assert.deepEqual(installFrom(anEvent({ type: "re_engagement" }), null).lifecycle, {});
  const late = installFrom(anEvent({ type: "install", context: { "a.AppID": "Game 1.0" } }), engaged);
  assert.deepEqual(late.lifecycle, { ...known.lifecycle, "a.AppID": "Game 1.0" });
});

test("an event is completed by the facts of its install record, found without regard to letter case", () => {
  const facts = enrichmentOf(anEvent(), install, 1)?.lifecycle ?? {};
  assert.deepEqual(facts, install.lifecycle);
  assert.equal(lifecycleFact(facts, "A.LAUNCHES"), "1");
  assert.equal(lifecycleFact(facts, "a.AppID"), null);
  assert.equal(lifecycleFact(facts, "user.name"), null);
});
