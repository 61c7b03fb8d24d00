import { z } from "zod";
import type { App, Grant } from "#src/core/catalog/catalog.ts";
import type { AppSettings } from "#src/core/catalog/catalog-part.ts";
import { accountId, appId, partnerId } from "#src/core/ids.ts";
import { closedObject } from "./closed-object.ts";
import { accountIdField, filledField, idField, nameField } from "./document-fields.ts";
import { integrationDocument, integrationFromDocument, integrationToDocument } from "./integration-document.ts";
import { ruleDocument, ruleFromDocument, ruleToDocument } from "./rule-document.ts";

/** As many as Leanplum lets an app have (seed 001). */
const messageRulesMaxDefault = 3;

/** Grants default to nothing. */
export const grantDocument = closedObject({
  account_id: idField,
  configure_in_app_postbacks: z.boolean().default(false).meta({
    description: "May configure integrations of its own.",
  }),
  share_events: z
    .enum(["all", "attributed_only"])
    .default("attributed_only")
    .meta({ description: "`all`: also what is attributed to nobody or to others." }),
  share_revenue: z
    .boolean()
    .default(false)
    .meta({ description: "False: revenue is N/A in its postbacks, whatever its mappings say." }),
  event_names: z
    .union([z.literal("*"), z.array(filledField)], { error: "must be `*` or a list of event names" })
    .default([])
    .meta({ description: "In-app events that it may have; `*` is all." }),
  replay: z.boolean().default(false).meta({ description: "May put dead postbacks back." }),
});

const customEventDocument = closedObject({
  name: filledField,
  created_under: idField.nullable().default(null).meta({ description: "The partner that it was created for." }),
});

/** What an app is by itself. */
export const appSettingsDocument = closedObject({
  id: idField,
  account_id: accountIdField.meta({ description: "The advertiser's account that owns it." }),
  name: nameField.optional(),
  active: z.boolean().default(true).meta({ description: "False: its events are skipped, not held." }),
  revenue_properties: z
    .array(filledField)
    .default([])
    .meta({ description: "Members that are revenue, beyond the named ones." }),
  requires_consent: z.boolean().default(false).meta({ description: "An event without consent data goes nowhere." }),
  test_devices: z
    .array(filledField)
    .default([])
    .meta({ description: "Device or user ids whose events are test traffic." }),
  custom_events: z
    .array(customEventDocument)
    .default([])
    .meta({ description: "Names that can be mapped before an event has had them." }),
  message_rules_max: z
    .int()
    .default(messageRulesMaxDefault)
    .meta({ description: "Rules on message and A/B-test events that it may have." }),
});

/** An app with all that stands in it. */
export const appDocument = closedObject({
  ...appSettingsDocument.shape,
  integrations: z.array(integrationDocument).default([]),
  rules: z.array(ruleDocument).default([]).meta({ description: "The app's own postbacks, tied to no partner." }),
  grants: z.array(grantDocument).default([]),
});

export const appFromDocument = (document: z.output<typeof appDocument>): App => ({
  ...settingsFromDocument(document),
  integrations: document.integrations.map(integrationFromDocument),
  rules: document.rules.map(ruleFromDocument),
  grants: document.grants.map(grantFromDocument),
});

export const settingsFromDocument = (document: z.output<typeof appSettingsDocument>): AppSettings => ({
  id: appId(document.id),
  accountId: accountId(document.account_id),
  name: document.name ?? document.id,
  active: document.active,
  revenueProperties: document.revenue_properties,
  requiresConsent: document.requires_consent,
  testDevices: document.test_devices,
  customEvents: document.custom_events.map(({ name, created_under: partner }) => ({
    name,
    createdUnder: partner === null ? null : partnerId(partner),
  })),
  messageRulesMax: document.message_rules_max,
});

export const appToDocument = (app: App): z.input<typeof appDocument> => ({
  ...settingsToDocument(app),
  integrations: app.integrations.map(integrationToDocument),
  rules: app.rules.map(ruleToDocument),
  grants: app.grants.map(grantToDocument),
});

export const settingsToDocument = (app: AppSettings): z.input<typeof appSettingsDocument> => ({
  id: app.id,
  account_id: app.accountId,
  name: app.name,
  active: app.active,
  revenue_properties: [...app.revenueProperties],
  requires_consent: app.requiresConsent,
  test_devices: [...app.testDevices],
  custom_events: app.customEvents.map(({ name, createdUnder }) => ({ name, created_under: createdUnder })),
  message_rules_max: app.messageRulesMax,
});

export const grantFromDocument = (document: z.output<typeof grantDocument>): Grant => ({
  accountId: accountId(document.account_id),
  configureInAppPostbacks: document.configure_in_app_postbacks,
  shareEvents: document.share_events,
  shareRevenue: document.share_revenue,
  eventNames: document.event_names,
  replay: document.replay,
});

export const grantToDocument = (grant: Grant): z.input<typeof grantDocument> => ({
  account_id: grant.accountId,
  configure_in_app_postbacks: grant.configureInAppPostbacks,
  share_events: grant.shareEvents,
  share_revenue: grant.shareRevenue,
  event_names: grant.eventNames === "*" ? "*" : [...grant.eventNames],
  replay: grant.replay,
});
