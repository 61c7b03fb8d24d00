import { z } from "zod";
import type { Partner } from "#src/core/catalog/catalog.ts";
import { accountId, partnerId } from "#src/core/ids.ts";
import { closedObject } from "./closed-object.ts";
import { accountIdField, durationField, filledField, idField, nameField } from "./document-fields.ts";
import { durationText } from "./duration-text.ts";
import { limitsDocument, limitsFromDocument, limitsToDocument } from "./limits-document.ts";
import { retryPolicyDocument, retryPolicyFromDocument, retryPolicyToDocument } from "./retry-policy-document.ts";
import { signingDocument, signingFromDocument, signingToDocument } from "./signing-document.ts";
import { successDocument, successFromDocument, successToDocument } from "./success-document.ts";
import { templateDocument, templateFromDocument, templateToDocument } from "./template-document.ts";

const defaultIdHeaders = { postback_id: "carom-postback-id", attempt: "carom-attempt" };

const idHeadersDocument = z.union(
  [
    z.literal("off"),
    closedObject({
      postback_id: z.string().default(defaultIdHeaders.postback_id),
      attempt: z.string().default(defaultIdHeaders.attempt),
    }),
  ],
  { error: "must be `off` or the names { postback_id, attempt }" },
);

export const partnerDocument = closedObject({
  id: idField,
  account_id: accountIdField.meta({ description: "The account that made it and may change it." }),
  name: nameField.optional(),
  active: z.boolean().default(true).meta({ description: "False: events are skipped for it, not held." }),
  kind: z
    .enum(["ad_network", "analytics", "self_reporting", "custom"])
    .default("ad_network")
    .meta({ description: "For people; it decides nothing." }),
  media_sources: z.array(filledField).min(1).optional().meta({ description: "By default the partner's id." }),
  templates: z
    .array(templateDocument)
    .default([])
    .meta({ description: "One for each kind of event; the most specific is used." }),
  predefined_events: z.array(filledField).default([]).meta({ description: "What `pick_list` chooses from." }),
  parameters: z.array(nameField).default([]).meta({ description: "What an integration must fill in." }),
  success: successDocument.prefault({}).meta({ description: "When an answer counts as heard." }),
  retry_policy: retryPolicyDocument.default("carom").meta({
    description: "By default `carom`; or { `delays`, `timeout`, `retry_on` }, which leave out what is as in `carom`.",
  }),
  limits: limitsDocument.prefault({}).meta({ description: "Of each receiver: this partner for one app." }),
  expires_after: durationField
    .nullable()
    .default(null)
    .meta({ description: "What waits longer is dead with `expired`; by default nothing expires." }),
  id_headers: idHeadersDocument
    .prefault({})
    .meta({ description: "Names of the headers with the ids; by default carom-postback-id and carom-attempt." }),
  signing: signingDocument.default("off").meta({
    description: "`off`, or by `method` how every request is signed: `standard_webhooks` or `hmac`.",
  }),
});

export const partnerFromDocument = (document: z.output<typeof partnerDocument>): Partner => ({
  id: partnerId(document.id),
  accountId: accountId(document.account_id),
  name: document.name ?? document.id,
  active: document.active,
  kind: document.kind,
  mediaSources: document.media_sources ?? [document.id],
  templates: document.templates.map(templateFromDocument),
  predefinedEvents: document.predefined_events,
  parameters: document.parameters,
  success: successFromDocument(document.success),
  retryPolicy: retryPolicyFromDocument(document.retry_policy),
  limits: limitsFromDocument(document.limits),
  expiresAfterMs: document.expires_after,
  idHeaders:
    document.id_headers === "off"
      ? null
      : { postbackId: document.id_headers.postback_id, attempt: document.id_headers.attempt },
  signing: signingFromDocument(document.signing),
});

export const partnerToDocument = (partner: Partner): z.input<typeof partnerDocument> => ({
  id: partner.id,
  account_id: partner.accountId,
  name: partner.name,
  active: partner.active,
  kind: partner.kind,
  media_sources: [...partner.mediaSources],
  templates: partner.templates.map(templateToDocument),
  predefined_events: [...partner.predefinedEvents],
  parameters: [...partner.parameters],
  success: successToDocument(partner.success),
  retry_policy: retryPolicyToDocument(partner.retryPolicy),
  limits: limitsToDocument(partner.limits),
  expires_after: partner.expiresAfterMs === null ? null : durationText(partner.expiresAfterMs),
  id_headers:
    partner.idHeaders === null
      ? "off"
      : { postback_id: partner.idHeaders.postbackId, attempt: partner.idHeaders.attempt },
  signing: signingToDocument(partner.signing),
});
