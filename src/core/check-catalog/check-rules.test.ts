import assert from "node:assert/strict";
import { test } from "node:test";
import type { PostbackRule, RuleCondition, RuleSchedule } from "#src/core/catalog/postback-rule.ts";
import { aCatalog, aCustomWhen, anApp, aRequest, aRule, aRuleCondition } from "#test/support/a-catalog.ts";
import { checkCatalog } from "./check-catalog.ts";

const found = (rules: readonly PostbackRule[], parts: { readonly messageRulesMax?: number } = {}) =>
  checkCatalog(aCatalog({ apps: [anApp({ rules, ...parts })] })).problems;
const told = (...rules: readonly PostbackRule[]): readonly string[] =>
  found(rules).map(({ message, code }) => `${code} ${message.replace("apps[0].rules", "rules")}`);
const triggered = (...triggers: readonly RuleCondition[]) => told(aRule({ when: aCustomWhen({ triggers }) }));
const scheduled = (parts: Partial<RuleSchedule>) =>
  told(
    aRule({
      when: aCustomWhen({ schedule: { startAt: null, endAt: null, days: [], hours: null, zone: "UTC", ...parts } }),
    }),
  );
const onMessages = (id: string, parts: Partial<Omit<PostbackRule, "id">> = {}) =>
  aRule({ id, when: { style: "message_events", channels: [] }, ...parts });

test("a rule as the builder makes it has no problems, of every style", () => {
  assert.deepEqual(told(aRule(), onMessages("1"), aRule({ id: "2", when: { style: "ab_test_events" } })), []);
});

test("a rule has an id of its own in its app, and delivery terms as a partner has", () => {
  assert.deepEqual(told(aRule(), aRule()), ["catalog.duplicate_id rules[1].id: apps[0].rules[0] is the same"]);
  const [bad] = told(aRule({ id: "a:b", limits: { inFlightMax: 0, ratePerSecond: null } }));
  assert.match(bad ?? "", /^catalog.value rules\[0\].id/);
  assert.equal(told(aRule({ limits: { inFlightMax: 0, ratePerSecond: null } })).length, 1);
});

test("a rule without a trigger is refused", () => {
  assert.deepEqual(triggered(), [
    "catalog.missing rules[0].triggers: write at least one trigger, such as { key: a.CrashEvent, matches: ex }",
  ]);
});

test("an operator that does not fit its values is refused with the one that does", () => {
  assert.deepEqual(triggered(aRuleCondition("level", "lt", "5", "high")), [
    "catalog.value rules[0].triggers[0].values[1]: lt compares numbers, and this is text; write a number, or use eq",
  ]);
  assert.deepEqual(triggered(aRuleCondition("level", "ex", "5")), [
    "catalog.value rules[0].triggers[0].values: ex asks only whether the property is there; leave the values out, or use eq",
  ]);
  assert.deepEqual(triggered(aRuleCondition("level", "eq")), [
    "catalog.missing rules[0].triggers[0].values: eq compares with values; write at least one, or use ex",
  ]);
  assert.deepEqual(triggered(aRuleCondition("", "ex")), ["catalog.missing rules[0].triggers[0].key: name a property"]);
  const traits = [aRuleCondition("a.Launches", "ge", "three")];
  assert.match(told(aRule({ when: aCustomWhen({ traits }) }))[0] ?? "", /rules\[0\].traits\[0\].values\[0\]/);
});

test("a schedule has a zone that there is, an end behind its start, and hours that last", () => {
  assert.deepEqual(scheduled({ zone: "Europe/Berlin", hours: { from: 1320, to: 360 }, startAt: 1, endAt: 1 }), []);
  assert.deepEqual(scheduled({ zone: "Europe/Nowhere" }), [
    "catalog.value rules[0].schedule.zone: there is no such zone; write a name such as Europe/Berlin, or UTC",
  ]);
  assert.match(scheduled({ startAt: 2, endAt: 1 })[0] ?? "", /schedule.end: the end is before the start/);
  assert.match(scheduled({ hours: { from: 60, to: 60 } })[0] ?? "", /schedule.hours: .* leave them out for all day/);
});

test("a fourth rule on messages or A/B tests is refused, unless the setting allows it", () => {
  const four = ["1", "2", "3", "4"].map((id) => onMessages(id));
  assert.deepEqual(told(...four), [
    "catalog.too_many rules[3]: an app has at most 3 rules on message and A/B-test events; remove one, or raise message_rules_max",
  ]);
  assert.deepEqual(found(four, { messageRulesMax: 4 }), []);
  assert.deepEqual(found([], { messageRulesMax: -1 })[0]?.path, ["apps", 0, "message_rules_max"]);
  assert.equal(found([], { messageRulesMax: 1.5 }).length, 1);
  assert.equal(found([], { messageRulesMax: 101 }).length, 1);
});

test("a rule on messages has a whole number as id and is a POST without a body", () => {
  assert.match(told(onMessages("open"))[0] ?? "", /rules\[0\].id: .* a whole number, such as 1/);
  assert.match(told(onMessages("01"))[0] ?? "", /rules\[0\].id/);
  const get = aRequest({ method: "GET" });
  assert.match(told(onMessages("1", { request: get }))[0] ?? "", /rules\[0\].template.method: .* empty body/);
  const body = aRequest({ method: "POST", body: "{}" });
  assert.match(told(onMessages("1", { request: body }))[0] ?? "", /rules\[0\].template.body: .* empty body/);
});

test("rules, conditions and values are bounded", () => {
  const many = Array.from({ length: 201 }, (_none, index) => aRule({ id: `r${index}` }));
  assert.deepEqual(told(...many), ["catalog.too_many rules: an app has at most 200 rules"]);
  const conditions = Array.from({ length: 51 }, () => aRuleCondition("a", "ex"));
  assert.deepEqual(triggered(...conditions), ["catalog.too_many rules[0].triggers: write at most 50"]);
  const values = Array.from({ length: 201 }, () => "v");
  assert.deepEqual(triggered(aRuleCondition("a", "eq", ...values)), [
    "catalog.too_many rules[0].triggers[0].values: write at most 200 values",
  ]);
});
