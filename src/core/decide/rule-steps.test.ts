import assert from "node:assert/strict";
import { test } from "node:test";
import type { PostbackRule } from "#src/core/catalog/postback-rule.ts";
import { ruleSkipReasons } from "#src/core/postbacks/decision.ts";
import { aCustomWhen, type anApp, aRequest, aRule, aRuleCondition } from "#test/support/a-catalog.ts";
import { aCompiledApp } from "#test/support/a-compiled-app.ts";
import { codesOf } from "#test/support/a-verdict.ts";
import { anEvent, noon } from "#test/support/an-event.ts";
import { ruleSteps } from "./rule-steps.ts";
import { nothingShown } from "./verdict.ts";

const appOf = (rule: PostbackRule, app: Partial<Omit<ReturnType<typeof anApp>, "id">> = {}) =>
  aCompiledApp({ integrations: [], rules: [rule], ...app });
const crash = { type: "hit", context: { "a.CrashEvent": "CrashEvent" } } as const;
const once = aRule({ when: aCustomWhen({ frequency: "once" }) });

test("the steps of a rule are asked in the order of its reasons", () => {
  assert.deepEqual([...ruleSteps.map(({ reason }) => reason), "macro_missing"], ruleSkipReasons);
});

test("a rule, an app, or everything that is off skips, and the explanation says what", () => {
  const offs = [
    [appOf(aRule({ active: false })), "apps[com.example.game].rules[crashes].active", "the rule is switched off"],
    [appOf(aRule(), { active: false }), "apps[com.example.game].active", "the app is switched off"],
    [aCompiledApp({ integrations: [], rules: [aRule()] }, { active: false }), "active", "everything is switched off"],
  ] as const;
  for (const [app, path, actual] of offs) {
    assert.deepEqual(codesOf(app, anEvent(crash)), ["rule_inactive"]);
    const [step] = app.explain(anEvent(crash), nothingShown)[0]?.steps ?? [];
    assert.deepEqual([step?.setBy, step?.actual], [path, actual]);
  }
});

test("an event outside the schedule skips, by the event's own time", () => {
  const schedule = { startAt: noon, endAt: null, days: [], hours: null, zone: "UTC" };
  const app = appOf(aRule({ when: aCustomWhen({ schedule }) }));
  assert.deepEqual(codesOf(app, anEvent(crash)), ["match"]);
  assert.deepEqual(codesOf(app, anEvent({ ...crash, time: noon - 1 })), ["outside_schedule"]);
});

test("all traits hold on the audience", () => {
  const traits = [aRuleCondition("a.Launches", "ge", "3"), aRuleCondition("a.AppID", "sw", "Game")];
  const app = appOf(aRule({ when: aCustomWhen({ traits }) }));
  const known = (lifecycle: Readonly<Record<string, string>>) =>
    anEvent({
      ...crash,
      enrichment: { version: 1, conversionAt: noon, conversionKind: "install", fields: {}, lifecycle },
    });
  assert.deepEqual(codesOf(app, known({ "a.Launches": "3", "a.AppID": "Game 1.0" })), ["match"]);
  assert.deepEqual(codesOf(app, known({ "a.Launches": "2", "a.AppID": "Game 1.0" })), ["trait_unmet"]);
  assert.deepEqual(codesOf(app, known({ "a.Launches": "3" })), ["trait_unmet"]);
});

test("an event waits for its install where that could change a trait or a trigger, and only there", () => {
  const waits = (rule: PostbackRule, event = anEvent(crash)) => appOf(rule).decide(event, nothingShown).waitsForInstall;
  assert.ok(waits(aRule({ when: aCustomWhen({ traits: [aRuleCondition("a.Launches", "ge", "3")] }) })));
  assert.ok(waits(aRule({ when: aCustomWhen({ triggers: [aRuleCondition("media_source", "eq", "net")] }) })));
  assert.ok(!waits(aRule({ when: aCustomWhen({ triggers: [aRuleCondition("pageName", "ex")] }) })));
  const both = [aRuleCondition("media_source", "ex"), aRuleCondition("pageName", "ex")];
  assert.ok(!waits(aRule({ when: aCustomWhen({ triggers: both }) })));
  const message = { id: "1", event: "Open", channel: "Webhook", templateName: "", parameters: {} };
  const onMessages = aRule({ id: "1", when: { style: "message_events", channels: [] } });
  assert.ok(!waits(onMessages, anEvent({ type: "message_event", message })));
});

test("once is once for a subject: the input says whether it was", () => {
  const app = appOf(once);
  const event = anEvent({ ...crash, fields: { install_id: "i-1", idfa: "F" } });
  const mark = { appId: event.appId, targetKey: "rule:crashes", subject: "install_id:i-1" };
  assert.deepEqual(app.decide(event, nothingShown).marks, [mark]);
  assert.deepEqual(app.marksOf(event), [mark]);
  const shown = { shownBefore: new Set(["rule:crashes"]) };
  const again = app.decide(event, shown);
  assert.deepEqual(
    again.decisions.map(({ outcome }) => outcome),
    [{ kind: "skip", reason: "shown_before" }],
  );
  assert.deepEqual(again.marks, []);
  const step = app.explain(event, shown)[0]?.steps.find(({ reason }) => reason === "shown_before");
  assert.deepEqual([step?.passed, step?.actual], [false, "it has matched before"]);
  assert.deepEqual(appOf(aRule()).decide(event, shown).decisions[0]?.outcome.kind, "match");
  assert.deepEqual(appOf(aRule()).marksOf(event), []);
});

test("without install id once is for the device, then the user; of nobody known each event is the first", () => {
  const app = appOf(once);
  const subject = (fields: Parameters<typeof anEvent>[0]) => app.marksOf(anEvent({ ...crash, ...fields }))[0]?.subject;
  assert.equal(subject({ fields: { idfa: "AB", customer_user_id: "u" } }), "idfa:ab");
  assert.equal(subject({ fields: { customer_user_id: "u" } }), "customer_user_id:u");
  const enrichment = {
    version: 1,
    conversionAt: noon,
    conversionKind: "install",
    fields: { install_id: "i-9" },
    lifecycle: {},
  } as const;
  assert.equal(subject({ fields: { idfa: "AB" }, enrichment }), "install_id:i-9");
  assert.equal(subject({}), undefined);
  assert.deepEqual(app.decide(anEvent(crash), nothingShown).marks, []);
});

test("a filter that names all, refused consent, and a missing macro skip a rule too", () => {
  assert.deepEqual(codesOf(appOf(aRule()), anEvent({ ...crash, sharingFilter: "all" })), ["sharing_filtered"]);
  assert.deepEqual(codesOf(appOf(aRule()), anEvent({ ...crash, sharingFilter: ["net"] })), ["match"]);
  assert.deepEqual(codesOf(appOf(aRule(), { requiresConsent: true }), anEvent(crash)), ["consent_denied"]);
  const denied = anEvent({ ...crash, consent: { manual: { ad_user_data_enabled: false } } });
  assert.deepEqual(codesOf(appOf(aRule()), denied), ["consent_denied"]);
  const lacking = appOf({ ...once, request: aRequest({ url: "lacks" }) });
  assert.deepEqual(codesOf(lacking, anEvent({ ...crash, fields: { install_id: "i" } })), ["macro_missing"]);
  assert.deepEqual(lacking.decide(anEvent({ ...crash, fields: { install_id: "i" } }), nothingShown).marks, []);
});

test("every step is explained, of every style, with what was expected and what was there", () => {
  const message = { id: "1", event: "View", channel: "In-app Message", templateName: "Banner", parameters: {} };
  const messages = aRule({ id: "1", when: { style: "message_events", channels: ["Email"] } });
  const tests = aRule({ id: "2", when: { style: "ab_test_events" } });
  const schedule = { startAt: null, endAt: null, days: [], hours: null, zone: "Europe/Berlin" };
  const custom = aRule({ when: aCustomWhen({ schedule, traits: [aRuleCondition("a.Launches", "ge", "3")] }) });
  const app = aCompiledApp({
    integrations: [],
    rules: [messages, tests, custom, aRule({ id: "unconsented" })],
    requiresConsent: true,
  });
  const explanations = app.explain(
    anEvent({ type: "message_event", message, abTest: { id: "1", variantId: "2" }, sharingFilter: "all" }),
    nothingShown,
  );
  for (const { steps } of explanations)
    assert.deepEqual(
      steps.map(({ reason }) => reason),
      [...ruleSkipReasons, "render_error"],
    );
  const [ofMessages, ofTests, ofCustom] = explanations.map(({ steps }) =>
    Object.fromEntries(steps.map(({ reason, ...step }) => [reason, step])),
  );
  assert.equal(ofMessages?.["trigger_unmet"]?.expected, "an event that messages of Email have");
  assert.equal(ofMessages["trigger_unmet"].actual, "View of In-app Message, template Banner");
  assert.equal(ofMessages["trigger_unmet"].setBy, "apps[com.example.game].rules[1].channels");
  assert.equal(ofTests?.["wrong_kind"]?.actual, "message_event with a message with an A/B test");
  assert.equal(ofTests["trigger_unmet"]?.setBy, null);
  assert.equal(ofCustom?.["outside_schedule"]?.setBy, "apps[com.example.game].rules[crashes].schedule");
  assert.equal(ofCustom["trait_unmet"]?.expected, "Launches (a.Launches) is at least 3");
  assert.equal(ofCustom["sharing_filtered"]?.actual, "sharing_filter is all");
  assert.equal(ofCustom["consent_denied"]?.expected, "consent was given");
  const plain = appOf(messages).explain(anEvent(), nothingShown)[0]?.steps ?? [];
  assert.equal(plain.find(({ reason }) => reason === "trigger_unmet")?.actual, "no message");
  const anyChannel = appOf(aRule({ id: "1", when: { style: "message_events", channels: [] } }));
  const [open] = anyChannel.explain(
    anEvent({ type: "message_event", message: { ...message, templateName: "" } }),
    nothingShown,
  );
  assert.equal(open?.steps[3]?.expected, "an event that messages of any channel have");
});
