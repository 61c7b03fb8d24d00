import assert from "node:assert/strict";
import { noon } from "#test/support/an-event.ts";
import type { Guarantees } from "./guarantee.ts";

const save = (expected: number, document = `{"n":${expected}}`) => ({ expected, document, at: noon, by: "local" });
const everything = { scope: { level: "everything" }, since: noon, by: "key-1" } as const;
const ofApp = { scope: { level: "app", id: "a" }, since: noon, by: "key-1" } as const;
const ofPartner = { scope: { level: "partner", id: "a" }, since: noon, by: "key-2" } as const;

export const catalogGuarantees: Guarantees = {
  "an empty storage has no catalog": async ({ catalog }) => {
    assert.equal(await catalog.current(), null);
    assert.equal(await catalog.read(1), null);
  },

  "each save is a revision one higher, and every revision can be read": async ({ catalog }) => {
    const first = await catalog.save(save(0));
    const second = await catalog.save(save(1, '{"é":"✓"}'));
    assert.deepEqual(first, { revision: 1, document: '{"n":0}', savedAt: noon, savedBy: "local" });
    assert.deepEqual(second, { revision: 2, document: '{"é":"✓"}', savedAt: noon, savedBy: "local" });
    assert.deepEqual(await catalog.current(), second);
    assert.deepEqual(await catalog.read(1), first);
  },

  "a save that lost the race changes nothing": async ({ catalog }) => {
    const first = await catalog.save(save(0));
    assert.equal(await catalog.save(save(0, "{}")), null);
    assert.equal(await catalog.save(save(7, "{}")), null);
    assert.deepEqual(await catalog.current(), first);
  },

  "of saves at once from one revision one is taken": async ({ catalog }) => {
    const answers = await Promise.all(["a", "b", "c"].map((document) => catalog.save(save(0, document))));
    assert.equal(answers.filter((saved) => saved !== null).length, 1);
    assert.equal((await catalog.current())?.revision, 1);
  },
};

export const pauseGuarantees: Guarantees = {
  "a pause stands until it is cleared, each scope for itself": async ({ catalog }) => {
    assert.deepEqual(await catalog.pauses(), []);
    for (const pause of [everything, ofApp, ofPartner]) await catalog.setPause(pause);
    assert.equal((await catalog.pauses()).length, 3);
    await catalog.clearPause(ofApp.scope);
    await catalog.clearPause({ level: "receiver", id: "never paused" });
    const left = (await catalog.pauses()).toSorted((one, other) => (one.by < other.by ? -1 : 1));
    assert.deepEqual(left, [everything, ofPartner]);
  },

  "a scope is paused once, by whoever did it last": async ({ catalog }) => {
    await catalog.setPause(ofApp);
    await catalog.setPause({ ...ofApp, since: noon + 1, by: "key-3" });
    assert.deepEqual(await catalog.pauses(), [{ ...ofApp, since: noon + 1, by: "key-3" }]);
  },
};
