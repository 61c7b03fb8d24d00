import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import fc from "fast-check";
import { ruleOperators } from "#src/core/catalog/postback-rule.ts";
import { retryPolicies } from "#src/core/postbacks/retry-policies.ts";
import { pathText } from "#src/core/problem.ts";
import { readAdobeMessages } from "./adobe-messages.ts";

/** AD-EX, word for word. */
const documented = {
  messageId: "79ae37c9-89b9-465e-af7f-d3351771f1dc",
  template: "callback",
  payload: {
    templateurl: "https://my.server.com/?user={user.name}&zip={user.zip}&c16={%sdkver%}&c27=cln,{a.PrevSessionLength}",
    templatebody:
      "c2RrdmVyPXslc2RrdmVyJX0mY2I9eyVjYWNoZWJ1c3QlfSZjbGllbnRJZD17bi5jbGllbnQuaWR9JnRzPXsldGltZXN0YW1wVSV9JnRzej17JXRpbWVzdGFtcFolfQ==",
    contenttype: "application/x-www-form-urlencoded",
    timeout: 4,
  },
  showOffline: true,
  showRule: "always",
  endDate: 2524730400,
  startDate: 0,
  audiences: [],
  triggers: [{ key: "pageName", matches: "eq", values: ["MainMenu"] }],
};
const read = (...messages: readonly unknown[]) => readAdobeMessages({ messages }, { active: false });
const changed = (change: object) => read({ ...documented, ...change });
const paid = (change: object) => changed({ payload: { ...documented.payload, ...change } });

/** `code path` of each. */
const told = (findings: readonly { readonly code: string; readonly path: readonly (string | number)[] }[]) =>
  findings.map(({ code, path }) => `${code.replace("import.", "")} ${pathText(path)}`);
const lossesOf = ({ rules }: ReturnType<typeof read>) => told(rules.flatMap(({ losses }) => losses));

test("the documented message is a rule as it stands, and nothing of it is lost", () => {
  const { rules, left } = read(documented);
  assert.deepEqual(left, []);
  assert.deepEqual(lossesOf({ rules, left, losses: [] }), []);
  const [imported] = rules;
  assert.deepEqual(imported?.at, ["messages", 0]);
  assert.deepEqual(imported.rule.request, {
    dialect: "adobe",
    method: "POST",
    url: documented.payload.templateurl,
    headers: [],
    body: "sdkver={%sdkver%}&cb={%cachebust%}&clientId={n.client.id}&ts={%timestampU%}&tsz={%timestampZ%}",
    contentType: "application/x-www-form-urlencoded",
    onMissing: { kind: "empty" },
  });
  assert.deepEqual(imported.rule.when, {
    style: "custom",
    triggers: [{ key: "pageName", matches: "eq", values: ["MainMenu"] }],
    traits: [],
    schedule: null,
    frequency: "always",
  });
  assert.deepEqual(imported.rule.retryPolicy, { ...retryPolicies.carom, timeoutMs: 4000 });
  assert.equal(imported.rule.active, false);
});

test("of the vendor's sample the callbacks are rules, and every other template is left and named", () => {
  const config = JSON.parse(
    readFileSync(new URL("../../test/support/fixtures/ADBMobileConfig.json", import.meta.url), "utf8"),
  );
  const { rules, left, losses } = readAdobeMessages(config, { active: true });
  assert.deepEqual(
    rules.map(({ rule }) => [rule.active, rule.request.method, rule.request.body]),
    [
      [true, "GET", null],
      [true, "GET", null],
      [
        true,
        "POST",
        "{sdkversion={%sdkver%}, appid={a.appid}, installdate={a.installdate} , lifetimevalue={a.ltv.amount}}",
      ],
      [true, "GET", null],
    ],
  );
  assert.deepEqual(
    told(left),
    [4, 5, 6, 7, 8].map((index) => `other_template messages[${index}].template`),
  );
  assert.match(left[0]?.message ?? "", /"local" is no postback/);
  assert.deepEqual(told(losses), ["not_carried remotes.messages"]);
  assert.deepEqual(
    rules.flatMap((rule) => rule.losses),
    [],
  );
});

test("all twelve operators are taken, with their values as text", () => {
  const triggers = ruleOperators.map((matches) => ({
    key: "a.Launches",
    matches,
    values: matches === "ex" || matches === "nx" ? null : [3, "4.5"],
  }));
  const { rules } = changed({ triggers, audiences: triggers });
  const { when } = rules[0]?.rule ?? assert.fail();
  assert.ok(when.style === "custom");
  assert.deepEqual(when.triggers, when.traits);
  assert.deepEqual(
    when.triggers,
    triggers.map(({ values, ...rest }) => ({ ...rest, values: values === null ? [] : ["3", "4.5"] })),
  );
});

test("a condition that cannot be taken leaves its message out: without it the rule would fire more often", () => {
  const leftBy = (condition: unknown) => told(changed({ triggers: [condition] }).left);
  const place = "message_unusable messages[0].triggers[0]";
  assert.deepEqual(leftBy({ key: "k", matches: "rx", values: ["a"] }), [`${place}.matches`]);
  assert.deepEqual(leftBy({ key: "", matches: "ex" }), [`${place}.key`]);
  assert.deepEqual(leftBy({ key: "k", matches: "eq", values: [] }), [`${place}.values`]);
  assert.deepEqual(leftBy({ key: "k", matches: "eq", values: "a" }), [`${place}.values`]);
  assert.deepEqual(leftBy({ key: "k", matches: "eq", values: [{}] }), [`${place}.values[0]`]);
  assert.deepEqual(leftBy({ key: "k", matches: "gt", values: ["many"] }), [`${place}.values`]);
  assert.deepEqual(leftBy("k"), [place]);
  assert.deepEqual(told(changed({ triggers: {} }).left), ["message_unusable messages[0].triggers"]);
  assert.deepEqual(told(changed({ triggers: [] }).left), ["message_unusable messages[0].triggers"]);
  assert.deepEqual(told(changed({ audiences: [{ key: "k", matches: "xx" }] }).left), [
    "message_unusable messages[0].audiences[0].matches",
  ]);
  assert.match(changed({ triggers: [{ key: "k", matches: "eqq" }] }).left[0]?.message ?? "", /did you mean eq\?/);
});

test("what a condition holds and a rule does not is told", () => {
  const losses = (condition: object) => lossesOf(changed({ triggers: [condition] }));
  const place = "not_carried messages[0].triggers[0]";
  assert.deepEqual(losses({ key: "k", matches: "ex", values: ["a"] }), [`${place}.values`]);
  assert.deepEqual(losses({ key: "k", matches: "gt", values: ["many", 5] }), [`${place}.values[0]`]);
  assert.deepEqual(losses({ key: "k", matches: "ex", weight: 2 }), [`${place}.weight`]);
});

test("a payload that cannot be sent leaves its message out", () => {
  const leftBy = (change: object) => told(paid(change).left);
  const place = "message_unusable messages[0].payload";
  assert.deepEqual(told(changed({ payload: null }).left), [place]);
  assert.deepEqual(leftBy({ templateurl: " " }), [`${place}.templateurl`]);
  assert.deepEqual(leftBy({ templatebody: "%%%" }), [`${place}.templatebody`]);
  assert.deepEqual(leftBy({ templatebody: btoa("\xff\xfe") }), [`${place}.templatebody`]);
  assert.deepEqual(leftBy({ templatebody: 7 }), [`${place}.templatebody`]);
  assert.deepEqual(leftBy({ templatebody: "a".repeat(400_000) }), [`${place}.templatebody`]);
  // A variable of the app's may be named so; here it would be read from the server's own store.
  assert.deepEqual(leftBy({ templateurl: "https://a.example/?x={secret.key}" }), [`${place}.templateurl`]);
  assert.deepEqual(leftBy({ templatebody: btoa("x={secret.key}") }), [`${place}.templatebody`]);
});

test("what a payload says otherwise is replaced by what Adobe's SDK does, and told", () => {
  const [rule] = paid({
    templateurl: "https://a.example/?a={%tz%}&b={user.name}",
    timeout: "long",
    method: "PUT",
  }).rules;
  assert.equal(rule?.rule.request.url, "https://a.example/?a=&b={user.name}");
  assert.equal(rule.rule.retryPolicy.timeoutMs, 2000);
  assert.deepEqual(told(rule.losses), [
    "not_carried messages[0].payload.method",
    "value_replaced messages[0].payload.templateurl",
    "value_replaced messages[0].payload.timeout",
  ]);
  const timeoutOf = (timeout: unknown) => paid({ timeout }).rules[0]?.rule.retryPolicy.timeoutMs;
  assert.deepEqual([undefined, null, 0.5, 0.01, 900].map(timeoutOf), [2000, 2000, 500, 100, 120_000]);
  assert.deepEqual(lossesOf(paid({ timeout: 900 })), ["value_replaced messages[0].payload.timeout"]);
  const contentTypeOf = (change: object) => paid(change).rules[0]?.rule.request.contentType;
  assert.equal(contentTypeOf({ contenttype: "" }), "application/x-www-form-urlencoded");
  assert.equal(contentTypeOf({ contenttype: 5 }), "application/x-www-form-urlencoded");
  assert.equal(contentTypeOf({ templatebody: null }), null);
  assert.deepEqual(lossesOf(paid({ templatebody: "", contenttype: "text/plain" })), [
    "not_carried messages[0].payload.contenttype",
  ]);
});

test("dates are a schedule, and the vendor's own for no end are none", () => {
  const scheduleOf = (change: object) => {
    const { when } = changed(change).rules[0]?.rule ?? assert.fail();
    return when.style === "custom" ? when.schedule : assert.fail();
  };
  assert.equal(scheduleOf({ startDate: null, endDate: undefined }), null);
  const { startAt, endAt } = scheduleOf({ startDate: 1_700_000_000, endDate: 1_800_000_000 }) ?? assert.fail();
  assert.deepEqual([startAt, endAt], [1_700_000_000_000, 1_800_000_000_000]);
  assert.equal(scheduleOf({ startDate: "soon" }), null);
  assert.deepEqual(lossesOf(changed({ startDate: "soon", endDate: 1e300 })), [
    "value_replaced messages[0].startDate",
    "value_replaced messages[0].endDate",
  ]);
});

test("once is once, and what a rule cannot show is told", () => {
  const frequencyOf = (showRule: unknown) => {
    const { when } = changed({ showRule }).rules[0]?.rule ?? assert.fail();
    return when.style === "custom" ? when.frequency : assert.fail();
  };
  assert.deepEqual(["always", "once", "untilClick", undefined].map(frequencyOf), [
    "always",
    "once",
    "always",
    "always",
  ]);
  assert.deepEqual(lossesOf(changed({ showRule: "untilClick" })), ["value_replaced messages[0].showRule"]);
  assert.deepEqual(lossesOf(changed({ showOffline: false, recipient: "Some", colour: 1, messageId: "" })), [
    "not_carried messages[0].colour",
    "value_replaced messages[0].messageId",
    "not_carried messages[0].recipient",
    "not_carried messages[0].showOffline",
  ]);
  assert.equal(changed({ messageId: null }).rules[0]?.rule.id, "adobe_message_1");
});

test("of two messages with one id the first is taken", () => {
  const { rules, left } = read(documented, documented, 5, { ...documented, template: null });
  assert.equal(rules.length, 1);
  assert.deepEqual(told(left), [
    "rule_exists messages[1].messageId",
    "message_unusable messages[2]",
    "other_template messages[3].template",
  ]);
});

test("what no rule can hold is told by the message's own place", () => {
  assert.deepEqual(told(changed({ messageId: "x".repeat(200) }).left), ["message_unusable messages[0].messageId"]);
  assert.deepEqual(told(changed({ audiences: [{ key: "k".repeat(300), matches: "ex" }] }).left), [
    "message_unusable messages[0].audiences[0].key",
  ]);
});

test("whatever a file holds, each of its messages becomes one rule or is left with a reason", () => {
  const condition = fc.oneof(
    fc.jsonValue(),
    fc.record({ key: fc.string(), matches: fc.constantFrom(...ruleOperators, "xx"), values: fc.jsonValue() }),
  );
  const message = fc.oneof(
    fc.jsonValue(),
    fc.record({
      messageId: fc.oneof(fc.string(), fc.jsonValue()),
      template: fc.constantFrom("callback", "callback", "alert", null),
      payload: fc.oneof(
        fc.jsonValue(),
        fc.record({ templateurl: fc.string(), templatebody: fc.base64String(), timeout: fc.jsonValue() }),
      ),
      startDate: fc.jsonValue(),
      endDate: fc.double(),
      showRule: fc.jsonValue(),
      audiences: fc.array(condition, { maxLength: 2 }),
      triggers: fc.oneof(fc.array(condition, { maxLength: 3 }), fc.jsonValue()),
    }),
  );
  fc.assert(
    fc.property(fc.array(message, { maxLength: 5 }), (messages) => {
      const { rules, left } = read(...messages);
      const places = [...rules.map(({ at }) => at), ...left.map(({ path }) => path)].map(([, index]) => index);
      assert.deepEqual(
        places.toSorted(),
        messages.map((_message, index) => index),
      );
    }),
    { numRuns: 500 },
  );
});
