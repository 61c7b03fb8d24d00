import type { App } from "#src/core/catalog/catalog.ts";
import type { PostbackRule, RuleCondition, RuleSchedule } from "#src/core/catalog/postback-rule.ts";
import { isNumericText, isOrderOperator } from "#src/core/decide/rule-operator.ts";
import { isTimeZone } from "#src/core/decide/rule-schedule.ts";
import type { Problem } from "#src/core/problem.ts";
import { checkDeliveryTerms } from "./check-delivery-terms.ts";
import { checkId, type Findings, refuse, refuseDoubles } from "./findings.ts";

type Path = Problem["path"];

/** Each event of the app is decided for each of its rules. */
const rulesMax = 200;
/** The setting of message rules; seed 001 has three. */
const messageRulesMaxMax = 100;
const conditionsMax = 50;
const valuesMax = 200;

export function checkRules(findings: Findings, { rules, messageRulesMax }: App, appPath: Path): void {
  const path = [...appPath, "rules"];
  const ids = rules.map(({ id }) => id);
  refuseDoubles(findings, ids, { path, member: "id" });
  if (rules.length > rulesMax) {
    refuse(findings, "catalog.too_many", { path, message: `an app has at most ${rulesMax} rules` });
  }
  if (!Number.isInteger(messageRulesMax) || messageRulesMax < 0 || messageRulesMax > messageRulesMaxMax) {
    const message = `write a whole number from 0 to ${messageRulesMaxMax}`;
    refuse(findings, "catalog.value", { path: [...appPath, "message_rules_max"], message });
  }
  let messageRules = 0;
  for (const [index, rule] of rules.entries()) {
    checkRule(findings, rule, [...path, index]);
    if (rule.when.style === "custom") continue;
    messageRules += 1;
    if (messageRules <= messageRulesMax) continue;
    const message = `an app has at most ${messageRulesMax} rules on message and A/B-test events; remove one, or raise message_rules_max`;
    refuse(findings, "catalog.too_many", { path: [...path, index], message });
  }
}

function checkRule(findings: Findings, rule: PostbackRule, path: Path): void {
  checkId(findings, rule.id, [...path, "id"]);
  checkDeliveryTerms(findings, rule, path);
  const { when } = rule;
  if (when.style !== "custom") {
    checkMessageRule(findings, rule, path);
    return;
  }
  if (when.triggers.length === 0) {
    const message = "write at least one trigger, such as { key: a.CrashEvent, matches: ex }";
    refuse(findings, "catalog.missing", { path: [...path, "triggers"], message });
  }
  checkConditions(findings, when.triggers, [...path, "triggers"]);
  checkConditions(findings, when.traits, [...path, "traits"]);
  if (when.schedule !== null) checkSchedule(findings, when.schedule, [...path, "schedule"]);
}

/** Seed 001: ids are whole numbers, and the request is a POST that says everything in its URL. */
function checkMessageRule(findings: Findings, { id, request }: PostbackRule, path: Path): void {
  if (!/^[1-9]\d{0,14}$/.test(id)) {
    const message = "the id of a rule on message or A/B-test events is a whole number, such as 1";
    refuse(findings, "catalog.value", { path: [...path, "id"], message });
  }
  if (request.method !== "POST" || request.body !== null) {
    const member = request.body === null ? "method" : "body";
    const message = "a rule on message or A/B-test events is sent as a POST with an empty body; leave this out";
    refuse(findings, "catalog.value", { path: [...path, "template", member], message });
  }
}

function checkConditions(findings: Findings, conditions: readonly RuleCondition[], path: Path): void {
  if (conditions.length > conditionsMax) {
    refuse(findings, "catalog.too_many", { path, message: `write at most ${conditionsMax}` });
  }
  for (const [index, condition] of conditions.entries()) checkCondition(findings, condition, [...path, index]);
}

function checkCondition(findings: Findings, { key, matches, values }: RuleCondition, path: Path): void {
  if (key === "") refuse(findings, "catalog.missing", { path: [...path, "key"], message: "name a property" });
  if (values.length > valuesMax) {
    refuse(findings, "catalog.too_many", { path: [...path, "values"], message: `write at most ${valuesMax} values` });
  }
  const asksExistence = matches === "ex" || matches === "nx";
  if (asksExistence && values.length > 0) {
    const message = `${matches} asks only whether the property is there; leave the values out, or use eq`;
    refuse(findings, "catalog.value", { path: [...path, "values"], message });
  }
  if (!asksExistence && values.length === 0) {
    const message = `${matches} compares with values; write at least one, or use ex`;
    refuse(findings, "catalog.missing", { path: [...path, "values"], message });
  }
  if (!isOrderOperator(matches)) return;
  for (const [index, value] of values.entries()) {
    if (isNumericText(value)) continue;
    const message = `${matches} compares numbers, and this is text; write a number, or use eq`;
    refuse(findings, "catalog.value", { path: [...path, "values", index], message });
  }
}

function checkSchedule(findings: Findings, { startAt, endAt, hours, zone }: RuleSchedule, path: Path): void {
  if (startAt !== null && endAt !== null && endAt < startAt) {
    refuse(findings, "catalog.value", { path: [...path, "end"], message: "the end is before the start" });
  }
  if (hours !== null && hours.from === hours.to) {
    const message = "the hours begin and end at the same minute; leave them out for all day";
    refuse(findings, "catalog.value", { path: [...path, "hours"], message });
  }
  if (isTimeZone(zone)) return;
  const message = "there is no such zone; write a name such as Europe/Berlin, or UTC";
  refuse(findings, "catalog.value", { path: [...path, "zone"], message });
}
