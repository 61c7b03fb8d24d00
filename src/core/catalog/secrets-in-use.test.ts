import assert from "node:assert/strict";
import { test } from "node:test";
import { accountId, ruleId, secretName } from "#src/core/ids.ts";
import { aCatalog, anApp, anIntegration, aPartner, aRequest, aRule, aTemplate } from "#test/support/a-catalog.ts";
import { secretsInUse } from "./secrets-in-use.ts";

const url = (secret: string) => `https://partner.example/?k=(secret.${secret})`;
const templates = [
  aTemplate({ eventKind: "install", url: url("install") }),
  aTemplate({ eventKind: "rejected_install", url: url("bad_install") }),
  aTemplate({ url: url("event"), headers: [{ name: "x-key", value: "(secret.head)" }], body: "(secret.event)" }),
  aTemplate({ eventKind: "rejected_event", url: url("bad_event") }),
];
const namesWith = (
  integration: Parameters<typeof anIntegration>[0],
  partner: Parameters<typeof aPartner>[0] = {},
): readonly string[] => {
  const apps = [anApp({ integrations: [anIntegration(integration)] })];
  const partners = [aPartner({ templates, ...partner })];
  return secretsInUse(aCatalog({ partners, apps })).map(({ name, owner }) => `${owner}/${name}`);
};

test("an integration needs the secrets of the templates that it sends by, each once", () => {
  assert.deepEqual(namesWith({}), ["main/install", "main/event", "main/head"]);
  assert.deepEqual(namesWith({ installPostbacks: "off" }), ["main/event", "main/head"]);
  assert.deepEqual(namesWith({ inApp: { rejectedEvents: true } }).length, 5);
  assert.deepEqual(namesWith({ inApp: { active: false, rejectedEvents: true } }), ["main/install", "main/bad_install"]);
});

test("what is switched off needs no secret", () => {
  const partners = [aPartner({ templates })];
  const catalog = aCatalog({ partners });
  assert.equal(secretsInUse(catalog).length, 3);
  assert.deepEqual(secretsInUse({ ...catalog, active: false }), []);
  assert.deepEqual(secretsInUse({ ...catalog, apps: [anApp({ active: false })] }), []);
  assert.deepEqual(namesWith({ active: false }), []);
  assert.deepEqual(namesWith({}, { active: false }), []);
});

test("an override needs secrets of its own account, and what it covers needs none", () => {
  const overriding = [aTemplate({ url: url("mine") })];
  const off = { installPostbacks: "off", templates: overriding } as const;
  assert.deepEqual(namesWith(off), ["main/mine"]);
  assert.deepEqual(namesWith({ ...off, configurator: "agency" }), ["agency/mine"]);
  assert.deepEqual(namesWith({ ...off, templates: [aTemplate({ url: url("mine"), platform: "ios" })] }), [
    "main/event",
    "main/head",
    "main/mine",
  ]);
  assert.deepEqual(namesWith({ ...off, templates: [aTemplate({ url: url("event"), platform: "ios" })] }), [
    "main/event",
    "main/head",
  ]);
});

test("a partner's requests are signed with its secret, and no override of another account is", () => {
  const signing = { kind: "standard_webhooks", secret: secretName("seal") } as const;
  const overriding = { installPostbacks: "off", templates: [aTemplate()] } as const;
  assert.deepEqual(namesWith({ installPostbacks: "off" }, { templates: [aTemplate()], signing }), ["main/seal"]);
  assert.deepEqual(namesWith(overriding, { templates: [], signing }), ["main/seal"]);
  assert.deepEqual(namesWith({ ...overriding, configurator: "agency" }, { templates: [], signing }), []);
});

test("a rule that is active needs the secrets of its own request", () => {
  const rule = aRule({ id: "r", active: true, request: aRequest({ url: url("rule") }) });
  const app = anApp({
    accountId: accountId("shop"),
    integrations: [],
    rules: [rule, aRule({ ...rule, active: false })],
  });
  assert.deepEqual(secretsInUse(aCatalog({ apps: [app] })), [
    { name: "rule", owner: accountId("shop"), appId: app.id, partnerId: null, ruleId: ruleId("r") },
  ]);
});
