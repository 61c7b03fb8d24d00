import assert from "node:assert/strict";
import { test } from "node:test";
import { NotAcknowledged } from "#src/ports/journal.ts";
import type { Storage } from "#src/ports/storage.ts";
import { aCatalog, aCustomWhen, anApp, aRule, aRuleCondition } from "#test/support/a-catalog.ts";
import { accept, anEngine, codesOf, postbacks } from "#test/support/an-engine.ts";
import { anEvent, hourMs } from "#test/support/an-event.ts";

const once = aRule({ when: aCustomWhen({ frequency: "once" }) });
const catalog = aCatalog({ apps: [anApp({ integrations: [], rules: [once] })] });
const crash = (fields: Parameters<typeof anEvent>[0] = {}) =>
  anEvent({ type: "hit", context: { "a.CrashEvent": "CrashEvent" }, fields: { install_id: "i-1" }, ...fields });

test("once is once for an install, in one batch, in two at once, and one after the other", async () => {
  const under = await anEngine({ catalog });
  const first = crash();
  const [second, third, later] = [crash(), crash(), crash()];
  const both = under.engine.journal.append([first, second]);
  const atOnce = under.engine.journal.append([third]);
  await under.clock.rest();
  await Promise.all([both, atOnce]);
  await accept(under, [later]);
  const codes = await Promise.all([first, second, third, later].map((event) => codesOf(under, event)));
  assert.deepEqual(codes, [["match"], ["shown_before"], ["shown_before"], ["shown_before"]]);
  assert.equal((await postbacks(under)).length, 1);
  const other = crash({ fields: { install_id: "i-2" } });
  await accept(under, [other]);
  assert.deepEqual(await codesOf(under, other), ["match"]);
});

test("a batch that fails has shown nothing: the next one is the first", async () => {
  const under = await anEngine({ catalog });
  under.faults.failNext("record", "before_commit");
  await assert.rejects(under.engine.journal.append([crash()]), NotAcknowledged);
  const next = crash();
  await accept(under, [next]);
  assert.deepEqual(await codesOf(under, next), ["match"]);
});

test("a look-up of marks that fails fails its batch, and lets the marks go", async () => {
  let isFailing = true;
  const wrap = (storage: Storage): Storage => ({
    ...storage,
    knowledge: {
      lookUp: async (query) => {
        if (isFailing && query.marks.length > 0) throw new Error("the reader is gone");
        return storage.knowledge.lookUp(query);
      },
    },
  });
  const under = await anEngine({ catalog, wrap });
  await assert.rejects(under.engine.journal.append([crash()]), NotAcknowledged);
  isFailing = false;
  const event = crash();
  await accept(under, [event]);
  assert.deepEqual(await codesOf(under, event), ["match"]);
});

test("an answer that was lost leaves the mark: the repeat of the event is a duplicate, another is shown before", async () => {
  const under = await anEngine({ catalog });
  under.faults.failNext("record", "after_commit");
  const first = crash({ clientEventId: "c-1" });
  await assert.rejects(under.engine.journal.append([first]), NotAcknowledged);
  const [repeat] = await accept(under, [crash({ clientEventId: "c-1" })]);
  assert.deepEqual(repeat, { kind: "duplicate", id: first.id });
  const other = crash();
  await accept(under, [other]);
  assert.deepEqual(await codesOf(under, other), ["shown_before"]);
});

test("an event that waited for its install takes the mark of what it matches then", async () => {
  const traits = [aRuleCondition("a.Launches", "ge", "1")];
  const waiting = aRule({ when: aCustomWhen({ frequency: "once", traits }) });
  const under = await anEngine({ catalog: aCatalog({ apps: [anApp({ integrations: [], rules: [waiting] })] }) });
  const early = crash();
  await accept(under, [early]);
  assert.deepEqual(await codesOf(under, early), ["trait_unmet"]);
  under.clock.jump(hourMs);
  await accept(under, [anEvent({ type: "install", fields: { install_id: "i-1" } })]);
  assert.deepEqual(await codesOf(under, early), ["match"]);
  const late = crash();
  await accept(under, [late]);
  assert.deepEqual(await codesOf(under, late), ["shown_before"]);
});

test("an explanation of today counts the mark of another event, and not the event's own", async () => {
  const under = await anEngine({ catalog, readCatalog: () => catalog });
  const [first, second] = [crash(), crash()];
  await accept(under, [first]);
  await accept(under, [second]);
  const codeNow = async (event: typeof first) => (await under.engine.explainNow(event))?.[0]?.decision.outcome;
  assert.deepEqual(await codeNow(first), { kind: "match" });
  assert.deepEqual(await codeNow(second), { kind: "skip", reason: "shown_before" });
  const then = await under.engine.explainThen(second.id);
  assert.deepEqual(then?.replayed?.[0]?.decision.outcome, { kind: "skip", reason: "shown_before" });
  assert.deepEqual(then.differs, []);
});

test("sessions and context data tell the install record of the device's life, and traits ask it", async () => {
  const traits = [aRuleCondition("a.Launches", "ge", "3"), aRuleCondition("a.AppID", "sw", "Game")];
  const rules = [aRule({ when: aCustomWhen({ traits }) })];
  const under = await anEngine({ catalog: aCatalog({ apps: [anApp({ integrations: [], rules })] }) });
  const fields = { install_id: "i-1" };
  await accept(under, [anEvent({ type: "install", fields })]);
  await accept(under, [anEvent({ type: "session", fields, context: { "a.AppID": "Game 1.0" } })]);
  const second = crash();
  await accept(under, [second]);
  await accept(under, [anEvent({ type: "session", fields })]);
  const third = crash();
  await accept(under, [third]);
  assert.deepEqual(await codesOf(under, second), ["trait_unmet"]);
  assert.deepEqual(await codesOf(under, third), ["match"]);
});
