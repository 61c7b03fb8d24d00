import type { PostbackTemplate, TemplateKind } from "#src/core/catalog/catalog.ts";
import type { PostbackRule, RuleStyle } from "#src/core/catalog/postback-rule.ts";
import { type EventType, eventTypes } from "#src/core/events/event.ts";
import { conversionKinds } from "#src/core/installs/install-record.ts";

/** Which events a template is for, and for whom: what its macros are judged by when it is saved. */
export type TemplateScope = {
  /** As a sentence names it: `a template of kind install`. */
  readonly name: string;
  readonly eventTypes: readonly EventType[];
  /** For users who limit tracking. */
  readonly isPrivacy: boolean;
};

/** Conversions: they go by the install template, without a mapping. */
const conversionTypes: readonly EventType[] = conversionKinds;
/** All that is mapped by its name. */
const namedEventTypes: readonly EventType[] = eventTypes.filter((type) => !conversionTypes.includes(type));
const inAppTypes = namedEventTypes.filter((type) => type !== "skan_postback");

const typesOfKind: Readonly<Record<TemplateKind, readonly EventType[]>> = {
  install: conversionTypes,
  rejected_install: conversionTypes,
  in_app_event: inAppTypes,
  rejected_event: inAppTypes,
  skan_postback: ["skan_postback"],
};

export const scopeOfTemplate = ({ eventKind, privacy }: PostbackTemplate): TemplateScope => ({
  name: `a template of kind ${eventKind}`,
  eventTypes: typesOfKind[eventKind],
  isPrivacy: privacy,
});

const typesOfStyle: Readonly<Record<RuleStyle, readonly EventType[]>> = {
  custom: eventTypes,
  message_events: ["message_event"],
  ab_test_events: ["ab_test_event"],
};

export const scopeOfRule = ({ when }: PostbackRule): TemplateScope => ({
  name: `a rule of style ${when.style}`,
  eventTypes: typesOfStyle[when.style],
  isPrivacy: false,
});
