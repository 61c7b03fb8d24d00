import assert from "node:assert/strict";
import { accountId, appId, type PartKey, partKey } from "#src/core/ids.ts";
import type { CatalogSave, CatalogStore, HistoryFilter } from "#src/ports/catalog-store.ts";
import { noon } from "#test/support/an-event.ts";
import type { Guarantees } from "./guarantee.ts";

type Parts = Readonly<Record<string, string | null>>;

const aSave = (expected: number, parts: Parts, more: Partial<CatalogSave> = {}): CatalogSave => ({
  expected,
  parts: Object.entries(parts).map(([key, document]) => ({ key: partKey(key), document })),
  at: noon + expected,
  by: "local",
  account: null,
  ...more,
});

const north: PartKey = partKey("partner/north");
const everything = { scope: { level: "everything" }, since: noon, by: "key-1" } as const;
const ofApp = { scope: { level: "app", id: "a" }, since: noon, by: "key-1" } as const;
const ofPartner = { scope: { level: "partner", id: "a" }, since: noon, by: "key-2" } as const;

const partsAt = async (catalog: CatalogStore, revision: number): Promise<readonly (readonly unknown[])[]> =>
  ((await catalog.read(revision))?.parts ?? []).map((part) => [part.key, part.revision, part.document]);

const keysOf = async (catalog: CatalogStore, filter: HistoryFilter): Promise<readonly string[]> =>
  (await catalog.history(filter, { limit: 100, cursor: null })).items.map(({ key, revision }) => `${revision} ${key}`);

export const catalogGuarantees: Guarantees = {
  "an empty storage has no catalog": async ({ catalog }) => {
    assert.equal(await catalog.current(), null);
    assert.equal(await catalog.read(1), null);
    assert.equal(await catalog.revision(), null);
    assert.deepEqual(await catalog.history({}, { limit: 10, cursor: null }), { items: [], nextCursor: null });
  },

  "each save is a revision one higher, and every revision can be put together": async ({ catalog }) => {
    const first = await catalog.save(aSave(0, { "partner/north": '{"n":1}', "partner/south": "{}" }));
    assert.deepEqual(first, { revision: 1, savedAt: noon, savedBy: "local", account: null });
    const account = accountId("main");
    const second = await catalog.save(aSave(1, { "partner/north": '{"é":"✓"}' }, { by: "key-1", account }));
    assert.deepEqual(second, { revision: 2, savedAt: noon + 1, savedBy: "key-1", account });
    assert.deepEqual(await catalog.revision(), second);
    assert.deepEqual(await catalog.revision(1), first);
    assert.equal(await catalog.revision(3), null);
    const south = ["partner/south", 1, "{}"];
    assert.deepEqual(await partsAt(catalog, 1), [["partner/north", 1, '{"n":1}'], south]);
    assert.deepEqual(await partsAt(catalog, 2), [["partner/north", 2, '{"é":"✓"}'], south]);
    assert.deepEqual((await catalog.current())?.parts, (await catalog.read(2))?.parts);
    assert.equal((await catalog.current())?.savedBy, "key-1");
  },

  "a part that is removed is gone from then on, and the last one when it is made again": async ({ catalog }) => {
    await catalog.save(aSave(0, { "partner/north": "1", "partner/south": "1" }));
    await catalog.save(aSave(1, { "partner/north": null, "partner/west": null }));
    await catalog.save(aSave(2, { "partner/north": "3" }));
    assert.deepEqual(await partsAt(catalog, 2), [["partner/south", 1, "1"]]);
    assert.deepEqual(await partsAt(catalog, 3), [
      ["partner/south", 1, "1"],
      ["partner/north", 3, "3"],
    ]);
    assert.deepEqual(await keysOf(catalog, { revision: 2 }), ["2 partner/north"], "what was not there is no change");
  },

  "a save that lost the race changes nothing": async ({ catalog }) => {
    const first = await catalog.save(aSave(0, { "partner/north": "1" }));
    assert.equal(await catalog.save(aSave(0, { "partner/north": "2" })), null);
    assert.equal(await catalog.save(aSave(7, { "partner/north": "2" })), null);
    assert.deepEqual(await catalog.revision(), first);
    assert.deepEqual(await partsAt(catalog, 1), [["partner/north", 1, "1"]]);
  },

  "of saves at once from one revision one is taken": async ({ catalog }) => {
    const answers = await Promise.all(["a", "b", "c"].map((text) => catalog.save(aSave(0, { "partner/north": text }))));
    assert.equal(answers.filter((saved) => saved !== null).length, 1);
    assert.equal((await catalog.current())?.revision, 1);
    assert.equal((await catalog.current())?.parts.length, 1);
  },

  "history tells each change with what stood there before, the newest first": async ({ catalog }) => {
    await catalog.save(aSave(0, { "partner/north": "1" }));
    await catalog.save(aSave(1, { "partner/north": "2" }));
    await catalog.save(aSave(2, { "partner/north": null }));
    const { items } = await catalog.history({ key: north }, { limit: 10, cursor: null });
    assert.deepEqual(
      items.map(({ revision, before, after, savedAt }) => [revision, before, after, savedAt]),
      [
        [3, "2", null, noon + 2],
        [2, "1", "2", noon + 1],
        [1, null, "1", noon],
      ],
    );
  },

  "history is found by part, kind, app, person, account, revision and time, and comes in pages": async ({
    catalog,
  }) => {
    await catalog.save(aSave(0, { "app/a": "1", "app/ab": "1", "integration/a/north": "1", "partner/a": "1" }));
    await catalog.save(aSave(1, { "rule/a/1": "1" }, { by: "ada", account: accountId("agency") }));
    assert.deepEqual(await keysOf(catalog, { appId: appId("a") }), ["2 rule/a/1", "1 integration/a/north", "1 app/a"]);
    assert.deepEqual(await keysOf(catalog, { kind: "app" }), ["1 app/ab", "1 app/a"]);
    assert.deepEqual(await keysOf(catalog, { by: "ada" }), ["2 rule/a/1"]);
    assert.deepEqual(await keysOf(catalog, { account: accountId("agency") }), ["2 rule/a/1"]);
    assert.deepEqual(await keysOf(catalog, { account: accountId("nobody") }), []);
    assert.deepEqual(await keysOf(catalog, { since: 1 }), ["2 rule/a/1"]);
    assert.deepEqual(await keysOf(catalog, { from: noon + 1 }), ["2 rule/a/1"]);
    assert.equal((await keysOf(catalog, { to: noon + 1 })).length, 4);
    const first = await catalog.history({}, { limit: 2, cursor: null });
    const second = await catalog.history({}, { limit: 3, cursor: first.nextCursor });
    assert.deepEqual(
      [...first.items, ...second.items].map(({ key }) => key),
      ["rule/a/1", "partner/a", "integration/a/north", "app/ab", "app/a"],
    );
    assert.equal(second.nextCursor, null);
    const behind = await catalog.history({}, { limit: 1, cursor: first.items[0]?.cursor ?? null });
    assert.deepEqual(behind.items[0], first.items[1]);
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
