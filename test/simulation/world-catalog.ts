import type { Catalog } from "#src/core/catalog/catalog.ts";
import type { PostbackRule } from "#src/core/catalog/postback-rule.ts";
import { accountId, type PartnerId, partnerId, type ReceiverId, ruleId } from "#src/core/ids.ts";
import type { RetryPolicy } from "#src/core/postbacks/retry-policy.ts";
import { integrationReceiverId, ruleReceiverId } from "#src/core/postbacks/target-key.ts";
import {
  aCatalog,
  aCustomWhen,
  aGrant,
  aMapping,
  anAccount,
  anApp,
  anIntegration,
  aPartner,
  aRequest,
  aRule,
  aRuleCondition,
  aTemplate,
} from "#test/support/a-catalog.ts";
import { anEvent } from "#test/support/an-event.ts";

const game = anEvent().appId;
const minuteMs = 60_000;

/** Takes everything, three at once, and has a host of its own. */
export const steady: PartnerId = partnerId("steady_int");
/** Takes what is attributed to it, configured by the advertiser and by an agency. */
export const network: PartnerId = partnerId("network_int");
/** Takes two at once, five a second, and nothing that is older than ten minutes. */
export const narrow: PartnerId = partnerId("narrow_int");

export const steadyReceiver: ReceiverId = integrationReceiverId(game, steady, null);
export const networkReceiver: ReceiverId = integrationReceiverId(game, network, null);
export const agencyReceiver: ReceiverId = integrationReceiverId(game, network, accountId("agency"));
export const narrowReceiver: ReceiverId = integrationReceiverId(game, narrow, null);
/** A rule that fires once for each install, whichever of its purchases comes first. */
const onceRule = ruleId("welcome");
export const onceReceiver: ReceiverId = ruleReceiverId(game, onceRule);
export const receiverIds: readonly ReceiverId[] = [
  steadyReceiver,
  networkReceiver,
  agencyReceiver,
  narrowReceiver,
  onceReceiver,
];

const retryPolicy: RetryPolicy = {
  ...aPartner().retryPolicy,
  delaysMs: [5_000, 30_000, 120_000],
};
/** The first try, and one after each delay. */
export const triesMax = retryPolicy.delaysMs.length + 1;

const templatesOf = (host: string) => [
  aTemplate({ eventKind: "install", url: `https://${host}/install?pid=(media_source)` }),
  aTemplate({ url: `https://${host}/event?event=(event_name)&mapped=(mapped-iae)` }),
];

const twoMappings = [aMapping(), aMapping({ eventName: "level", partnerEvent: "l1", sendFor: "partner_only" })];

/** What of the catalog is there and switched on; everything, unless a step has changed it. */
export type WorldCatalog = {
  readonly without: readonly PartnerId[];
  readonly off: readonly PartnerId[];
  readonly rule: "on" | "off" | "gone";
};

export const worldCatalog = ({ without = [], off = [], rule = "on" }: Partial<WorldCatalog> = {}): Catalog => {
  const partnerOnly = [
    aMapping({ sendFor: "partner_only" }),
    aMapping({ eventName: "level", sendFor: "partner_only" }),
  ];
  const integrations = [
    anIntegration({ partnerId: steady, mappings: twoMappings, active: !off.includes(steady) }),
    anIntegration({
      partnerId: network,
      mappings: partnerOnly,
      installPostbacks: "partner_only",
      active: !off.includes(network),
    }),
    anIntegration({
      partnerId: network,
      configurator: "agency",
      mappings: partnerOnly,
      installPostbacks: "partner_only",
      active: !off.includes(network),
    }),
    anIntegration({ partnerId: narrow, active: !off.includes(narrow) }),
  ];
  return aCatalog({
    revision: 0,
    accounts: [anAccount()],
    partners: [
      aPartner({
        id: steady,
        templates: templatesOf("steady.example"),
        limits: { inFlightMax: 3, ratePerSecond: null },
        retryPolicy,
      }),
      aPartner({ id: network, templates: templatesOf("shared.example"), retryPolicy }),
      aPartner({
        id: narrow,
        templates: templatesOf("shared.example"),
        limits: { inFlightMax: 2, ratePerSecond: 5 },
        expiresAfterMs: 10 * minuteMs,
        retryPolicy,
      }),
    ],
    apps: [
      anApp({
        grants: [aGrant()],
        rules: rule === "gone" ? [] : [welcome(rule === "on")],
        integrations: integrations.filter((integration) => !without.includes(integration.partnerId)),
      }),
    ],
  });
};

const welcome = (active: boolean): PostbackRule =>
  aRule({
    id: onceRule,
    active,
    request: aRequest({ url: "https://hooks.example/welcome?event=(event_name)" }),
    when: aCustomWhen({ frequency: "once", triggers: [aRuleCondition("event_name", "eq", "purchase")] }),
    retryPolicy,
  });
