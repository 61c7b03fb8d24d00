import assert from "node:assert/strict";
import { apiKeyId, secretName, userId } from "#src/core/ids.ts";
import type { Act } from "#src/ports/audit-trail.ts";
import type { Storage } from "#src/ports/storage.ts";
import { aPostback } from "#test/support/a-recorded-event.ts";
import { anEvent, noon } from "#test/support/an-event.ts";
import { anAct } from "./audit-trail.ts";
import type { Guarantees } from "./guarantee.ts";
import { job } from "./job-store.ts";
import { management } from "./key-store.ts";
import { target } from "./notice-store.ts";
import { ada } from "./people-store.ts";
import { recordPostback } from "./recorded-postbacks.ts";

const acting = (subject: string): readonly Act[] => [anAct({ subject })];
const assertTold = async ({ audit }: Storage, subjects: readonly string[]): Promise<void> => {
  const { items } = await audit.find({}, { limit: 100, cursor: null });
  assert.deepEqual(items.map(({ subject }) => subject).toReversed(), subjects);
};

/** A deed and the acts that tell of it are one transaction: what was not done is not told. */
export const toldDeedGuarantees: Guarantees = {
  "a key that is made, rotated or removed is told with it, and one that is not is not": async (storage) => {
    const { keys } = storage;
    const made = { ...management, id: apiKeyId("key_made"), hash: "f".repeat(64) };
    await keys.add(management, acting("made"));
    await keys.rotate({ made, old: { ...management, expiresAt: noon } }, acting("rotated"));
    assert.deepEqual(await keys.all(), [{ ...management, expiresAt: noon }, made]);
    await assert.rejects(keys.add(made, acting("a key that is there")));
    const again = { made, old: { ...management, name: "other" } };
    await assert.rejects(keys.rotate(again, acting("a key that is there")));
    assert.deepEqual(await keys.all(), [{ ...management, expiresAt: noon }, made]);
    assert.equal(await keys.remove(made.id, acting("removed")), true);
    assert.equal(await keys.remove(made.id, acting("a key that is not there")), false);
    await assertTold(storage, ["made", "rotated", "removed"]);
  },

  "a secret and where notices go are told with what is done to them": async (storage) => {
    const { secrets, notices } = storage;
    const name = secretName("net.key");
    await secrets.put({ name, box: "box", updatedAt: noon }, acting("secret set"));
    assert.equal(await secrets.remove(name, acting("secret removed")), true);
    assert.equal(await secrets.remove(name, acting("no secret")), false);
    await notices.putTarget(target, acting("notice made"));
    assert.equal(await notices.removeTarget(target.id, acting("notice removed")), true);
    assert.equal(await notices.removeTarget(target.id, acting("no notice")), false);
    await assertTold(storage, ["secret set", "secret removed", "notice made", "notice removed"]);
  },

  "pauses, jobs and rates are told with them": async (storage) => {
    const { catalog, jobs, rates } = storage;
    const scope = { level: "everything" } as const;
    await catalog.setPause({ scope, since: noon, by: "ops" }, acting("paused"));
    await catalog.clearPause(scope, acting("resumed"));
    await catalog.clearPause(scope, acting("not paused"));
    await jobs.put(job, acting("job started"));
    await rates.put([], acting("rates imported"));
    await assertTold(storage, ["paused", "resumed", "job started", "rates imported"]);
  },

  "a redelivery is told with it, and one that is not made is not": async (storage) => {
    const { event } = await recordPostback(storage);
    await storage.store.redeliver(aPostback(event, { redelivery: 1 }), acting("redelivered"));
    await assert.rejects(storage.store.redeliver(aPostback(event, { redelivery: 1 }), acting("one that is there")));
    await assert.rejects(storage.store.redeliver(aPostback(anEvent(), { redelivery: 1 }), acting("no event")));
    await assertTold(storage, ["redelivered"]);
  },

  "a change of people is told with it, and not when it is refused": async (storage) => {
    const { people } = storage;
    await people.save({ put: { users: [ada] }, acts: acting("invited") });
    const twin = { ...ada, id: userId("user_twin") };
    await assert.rejects(people.save({ put: { users: [twin] }, acts: acting("a twin") }));
    await assertTold(storage, ["invited"]);
  },
};
