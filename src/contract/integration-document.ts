import { z } from "zod";
import {
  dataSharingLevels,
  type Integration,
  mappingMethods,
  type PostbackWindow,
  sendForValues,
} from "#src/core/catalog/catalog.ts";
import { accountId, partnerId } from "#src/core/ids.ts";
import { closedObject } from "./closed-object.ts";
import { idField, plainField } from "./document-fields.ts";
import { mappingDocument, mappingFromDocument, mappingToDocument } from "./mapping-document.ts";
import { templateDocument, templateFromDocument, templateToDocument } from "./template-document.ts";

/** Seed 003: a partner set up today starts with 180 days. */
const windowDaysDefault = 180;

const windowDocument = z.union([z.literal("lifetime"), closedObject({ days: z.int() })], {
  error: "must be { days: … } or `lifetime`",
});

const inAppDocument = closedObject({
  active: z.boolean().default(true),
  window: windowDocument.default({ days: windowDaysDefault }).meta({ description: "How long after the conversion." }),
  mapping_method: z
    .enum(mappingMethods)
    .default("free_text")
    .meta({ description: "`as_is_all` sends everything under its own name, and looks at no mapping." }),
  send_for: z.enum(sendForValues).default("partner_only").meta({ description: "For *as is*; a mapping has its own." }),
  data_sharing: z.enum(dataSharingLevels).default("none").meta({ description: "For *as is*; a mapping has its own." }),
  rejected_events: z
    .boolean()
    .default(false)
    .meta({ description: "Takes events that were blocked as fraud or failed validation." }),
});

export const integrationDocument = closedObject({
  partner_id: idField,
  configurator: idField.nullable().default(null).meta({ description: "An agency's account; null: the advertiser." }),
  active: z.boolean().default(true).meta({ description: "False: events are skipped, not held." }),
  takes_tests: z
    .boolean()
    .default(false)
    .meta({ description: "Events marked `is_test`, and those of `test_devices`." }),
  parameters: z
    .record(z.string(), plainField)
    .default({})
    .meta({ description: "Values for the `parameters` of the partner." }),
  install_postbacks: z
    .enum(["off", ...sendForValues])
    .default("partner_only")
    .meta({ description: "Installs and other conversions, which need no mapping." }),
  in_app_postbacks: inAppDocument.prefault({}),
  mappings: z.array(mappingDocument).default([]),
  templates: z.array(templateDocument).default([]).meta({ description: "Before the partner's own." }),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/, { error: "must be a currency of ISO 4217, such as USD" })
    .nullable()
    .default(null)
    .meta({
      description:
        "Revenue goes out in this currency, by the imported rates of the event's day; without a rate it is missing. Left out: in the currency it was reported in.",
    }),
});

export const integrationFromDocument = (document: z.output<typeof integrationDocument>): Integration => ({
  partnerId: partnerId(document.partner_id),
  configurator: document.configurator === null ? null : accountId(document.configurator),
  active: document.active,
  takesTests: document.takes_tests,
  parameters: document.parameters,
  installPostbacks: document.install_postbacks,
  inApp: inAppFromDocument(document.in_app_postbacks),
  mappings: document.mappings.map(mappingFromDocument),
  templates: document.templates.map(templateFromDocument),
  currency: document.currency,
});

const inAppFromDocument = (document: z.output<typeof inAppDocument>): Integration["inApp"] => ({
  active: document.active,
  window: windowFromDocument(document.window),
  mappingMethod: document.mapping_method,
  sendFor: document.send_for,
  dataSharing: document.data_sharing,
  rejectedEvents: document.rejected_events,
});

const windowFromDocument = (document: z.output<typeof windowDocument>): PostbackWindow =>
  document === "lifetime" ? { kind: "lifetime" } : { kind: "days", days: document.days };

export const integrationToDocument = (integration: Integration): z.input<typeof integrationDocument> => ({
  partner_id: integration.partnerId,
  configurator: integration.configurator,
  active: integration.active,
  takes_tests: integration.takesTests,
  parameters: integration.parameters,
  install_postbacks: integration.installPostbacks,
  in_app_postbacks: inAppToDocument(integration.inApp),
  mappings: integration.mappings.map(mappingToDocument),
  templates: integration.templates.map(templateToDocument),
  currency: integration.currency,
});

const inAppToDocument = (inApp: Integration["inApp"]): z.input<typeof inAppDocument> => ({
  active: inApp.active,
  window: inApp.window.kind === "lifetime" ? "lifetime" : { days: inApp.window.days },
  mapping_method: inApp.mappingMethod,
  send_for: inApp.sendFor,
  data_sharing: inApp.dataSharing,
  rejected_events: inApp.rejectedEvents,
});
