import assert from "node:assert/strict";
import { test } from "node:test";
import { type MessageChannel, messageChannels } from "#src/core/catalog/postback-rule.ts";
import { compileCatalog } from "#src/core/compile/compile-catalog.ts";
import { inAppEvents, inAppTemplateEvents, messageEvents } from "#src/core/events/message-events.ts";
import { aCatalog, aCustomWhen, anApp, aRequest, aRule, aRuleCondition } from "#test/support/a-catalog.ts";
import { aCompiledApp } from "#test/support/a-compiled-app.ts";
import { codesOf, urlsOf } from "#test/support/a-verdict.ts";
import { anEvent, noon } from "#test/support/an-event.ts";
import { testHashes } from "#test/support/node-hashes.ts";
import { nothingShown } from "./verdict.ts";

test("golden, seed 000: Crashed exists with Device Name equals iPhone 6 Plus", () => {
  const triggers = [aRuleCondition("a.CrashEvent", "ex"), aRuleCondition("a.DeviceName", "eq", "iPhone 6 Plus")];
  const app = aCompiledApp({ integrations: [], rules: [aRule({ when: aCustomWhen({ triggers }) })] });
  const hit = (context: Readonly<Record<string, string>>) => codesOf(app, anEvent({ type: "hit", context }));
  assert.deepEqual(hit({ "a.CrashEvent": "CrashEvent", "a.DeviceName": "iPhone 6 Plus" }), ["match"]);
  assert.deepEqual(hit({ "a.CrashEvent": "CrashEvent", "a.DeviceName": "iPhone 6" }), ["trigger_unmet"]);
  assert.deepEqual(hit({ "a.DeviceName": "iPhone 6 Plus" }), ["trigger_unmet"]);
  assert.deepEqual(hit({ "a.CrashEvent": "CrashEvent" }), ["trigger_unmet"]);
  const [explanation] = app.explain(anEvent({ context: { "a.CrashEvent": "CrashEvent" } }), nothingShown);
  const unmet = explanation?.steps.find(({ passed }) => !passed);
  assert.equal(unmet?.expected, "Crashed (a.CrashEvent) exists and Device Name (a.DeviceName) equals iPhone 6 Plus");
  assert.equal(unmet.actual, "a.CrashEvent is CrashEvent, a.DeviceName is missing");
  assert.equal(unmet.setBy, "apps[com.example.game].rules[crashes].triggers[1]");
});

type Case = { readonly channel: MessageChannel; readonly event: string; readonly templateName: string };

/** Everything that triggers a postback in seed 001. */
const documented: readonly Case[] = [
  ...(["Push Notification", "Email"] as const).flatMap((channel) =>
    messageEvents[channel].map((event) => ({ channel, event, templateName: "" })),
  ),
  ...[...Object.keys(inAppTemplateEvents), "A template of ours"].flatMap((templateName) =>
    [...inAppEvents, ...(inAppTemplateEvents[templateName] ?? [])].map((event) => ({
      channel: "In-app Message" as const,
      event,
      templateName,
    })),
  ),
];
const anyMessage = ({ channel, event, templateName }: Case) =>
  anEvent({ type: "message_event", message: { id: "5", event, channel, templateName, parameters: {} } });
const messageRule = (channels: readonly MessageChannel[]) =>
  aRule({
    id: "1",
    request: aRequest({ method: "POST", url: "https://hooks.example/?<event>" }),
    when: { style: "message_events", channels },
  });

test("golden, seed 001: every event of every channel and template triggers a rule on message events", () => {
  const app = aCompiledApp({ integrations: [], rules: [messageRule([])] });
  assert.equal(documented.length, 3 + 10 + 7 * 2 + 7);
  for (const each of documented) assert.deepEqual(codesOf(app, anyMessage(each)), ["match"], JSON.stringify(each));
});

test("golden, seed 001: a rule on some channels is triggered by those alone", () => {
  for (const channel of messageChannels) {
    const app = aCompiledApp({ integrations: [], rules: [messageRule([channel])] });
    for (const each of documented) {
      const expected = each.channel === channel ? "match" : "trigger_unmet";
      assert.deepEqual(codesOf(app, anyMessage(each)), [expected], JSON.stringify(each));
    }
  }
});

test("golden, seed 001: what no channel has triggers nothing", () => {
  const app = aCompiledApp({ integrations: [], rules: [messageRule([])] });
  const strangers = documented.map((each) => ({ ...each, event: "Purchased" }));
  for (const each of strangers) assert.deepEqual(codesOf(app, anyMessage(each)), ["trigger_unmet"]);
  const accepted = { channel: "In-app Message", event: "Accept", templateName: "Banner" } as const;
  assert.deepEqual(codesOf(app, anyMessage(accepted)), ["trigger_unmet"]);
});

test("a rule on A/B tests takes the event of entering one, and no other", () => {
  const app = aCompiledApp({ integrations: [], rules: [aRule({ id: "2", when: { style: "ab_test_events" } })] });
  assert.deepEqual(codesOf(app, anEvent({ type: "ab_test_event", abTest: { id: "7", variantId: "8" } })), ["match"]);
  assert.deepEqual(codesOf(app, anEvent({ type: "ab_test_event" })), ["wrong_kind"]);
  assert.deepEqual(codesOf(app, anEvent()), ["wrong_kind"]);
});

test("a rule's postback goes to a receiver of its own", () => {
  const rules = [aRule({ request: aRequest({ url: "https://hooks.example/?e=<event>" }) })];
  const app = aCompiledApp({ integrations: [], rules });
  const crash = anEvent({ type: "hit", name: "crash", context: { "a.CrashEvent": "CrashEvent" } });
  assert.deepEqual(urlsOf(app, crash), ["https://hooks.example/?e=crash"]);
  const [match] = app.decide(crash, nothingShown).matches;
  assert.equal(match?.receiver.id, "rule:com.example.game:crashes");
  assert.deepEqual([match.receiver.partnerId, match.receiver.ruleId], [null, "crashes"]);
  assert.equal(match.decision.targetKey, "rule:crashes");
});

const seedUrl =
  "https://hooks.example/?u={{User ID}}&d={{Device ID}}&t={{Trigger time}}&m={{Message ID}}&e={{Message event}}&c={{Message channel}}&n={{Template name}}&p={{Parameters}}";
const shownChannel = { "Push Notification": "push", Email: "email", "In-app Message": "in-app%20message" } as const;

test("golden, seed 001: what goes out for every channel, event and template", () => {
  const request = aRequest({ method: "POST", dialect: "leanplum", url: seedUrl });
  const rule = aRule({ id: "1", request, when: { style: "message_events", channels: [] } });
  const compilation = compileCatalog(aCatalog({ apps: [anApp({ integrations: [], rules: [rule] })] }), {
    hashes: testHashes,
  });
  assert.ok(compilation.kind === "compiled", JSON.stringify(compilation));
  const [app] = compilation.compiled.apps.values();
  for (const { channel, event, templateName } of documented) {
    const [match] =
      app?.decide(
        anEvent({
          type: "message_event",
          fields: { customer_user_id: "bob", device_id: "d-1" },
          message: { id: "4711", event, channel, templateName, parameters: { url: "https://a.example/?b=c" } },
        }),
        nothingShown,
      ).matches ?? [];
    assert.ok(match?.rendered.kind === "request");
    const parameters = encodeURIComponent('{"url":"https%3A%2F%2Fa.example%2F%3Fb%3Dc"}');
    const template = channel === "In-app Message" ? encodeURIComponent(templateName) : "";
    assert.deepEqual(match.rendered.request, {
      method: "POST",
      url: `https://hooks.example/?u=bob&d=d-1&t=${noon}&m=4711&e=${encodeURIComponent(event)}&c=${shownChannel[channel]}&n=${template}&p=${parameters}`,
      headers: [],
      body: null,
    });
  }
});

/** Every line of domain.md 3.3, as the events of a hit with context data. */
test("golden, Adobe's matching: each operator over the context data of one hit", () => {
  const hit = (context: Readonly<Record<string, string | number>>) => anEvent({ type: "hit", context });
  const context = { pageName: "Main Menu", pev2: "AMACTION:Buy", "a.Launches": 12, "a.DeviceName": "iPhone 6 Plus" };
  const matches = (...triggers: ReturnType<typeof aRuleCondition>[]) => {
    const app = aCompiledApp({ integrations: [], rules: [aRule({ when: aCustomWhen({ triggers }) })] });
    return codesOf(app, hit(context)).join() === "match";
  };
  const holding = [
    aRuleCondition("pageName", "eq", "Settings", "Main Menu"),
    aRuleCondition("PAGENAME", "ne", "Settings"),
    aRuleCondition("pev2", "co", "amaction:b"),
    aRuleCondition("pev2", "nc", "sell"),
    aRuleCondition("a.devicename", "sw", "iphone"),
    aRuleCondition("a.DeviceName", "ew", "PLUS"),
    aRuleCondition("a.Launches", "sw", "1"),
    aRuleCondition("a.Launches", "ew", "2"),
    aRuleCondition("a.Launches", "gt", "9"),
    aRuleCondition("a.Launches", "ge", "12.0"),
    aRuleCondition("a.Launches", "lt", "100"),
    aRuleCondition("a.Launches", "le", "12"),
    aRuleCondition("a.Launches", "ex"),
    aRuleCondition("a.CrashEvent", "nx"),
  ];
  const failing = [
    aRuleCondition("pageName", "eq", "Main"),
    aRuleCondition("pageName", "ne", "main menu"),
    aRuleCondition("pev2", "co", "sell"),
    aRuleCondition("pev2", "nc", "BUY"),
    aRuleCondition("a.DeviceName", "sw", "plus"),
    aRuleCondition("a.DeviceName", "ew", "iphone"),
    aRuleCondition("a.Launches", "gt", "12"),
    aRuleCondition("a.Launches", "lt", "9"),
    aRuleCondition("pageName", "gt", "1"),
    aRuleCondition("a.Launches", "nx"),
    // A variable that is missing satisfies nx alone.
    ...(["eq", "ne", "co", "nc", "sw", "ew", "lt", "le", "gt", "ge"] as const).map((operator) =>
      aRuleCondition("a.CrashEvent", operator, "1"),
    ),
  ];
  for (const condition of holding) assert.ok(matches(condition), JSON.stringify(condition));
  assert.ok(matches(...holding), "all of them on one hit");
  for (const condition of failing) {
    assert.ok(!matches(condition), JSON.stringify(condition));
    assert.ok(!matches(...holding, condition), `one that fails is enough: ${JSON.stringify(condition)}`);
  }
});

test("golden, Adobe's matching: several rules fire on one hit, and the triggers of one do not add up over two", () => {
  const both = [aRuleCondition("pageName", "ex"), aRuleCondition("a.action", "ex")];
  const rules = [
    aRule({ id: "page", when: aCustomWhen({ triggers: both.slice(0, 1) }) }),
    aRule({ id: "action", when: aCustomWhen({ triggers: both.slice(1) }) }),
    aRule({ id: "both", when: aCustomWhen({ triggers: both }) }),
  ];
  const app = aCompiledApp({ integrations: [], rules });
  const codes = (context: Readonly<Record<string, string>>) => codesOf(app, anEvent({ type: "hit", context }));
  assert.deepEqual(codes({ pageName: "a", "a.action": "b" }), ["match", "match", "match"]);
  assert.deepEqual(codes({ pageName: "a" }), ["match", "trigger_unmet", "trigger_unmet"]);
  assert.deepEqual(codes({ "a.action": "b" }), ["trigger_unmet", "match", "trigger_unmet"]);
});
