import type { AppId, EventId } from "#src/core/ids.ts";
import type { ConversionKind } from "#src/core/installs/install-record.ts";
import type { EventField } from "./event-fields.ts";
import type { LifecycleFacts } from "./lifecycle.ts";

export const eventTypes = [
  "install",
  "reinstall",
  "re_engagement",
  "re_attribution",
  "in_app_event",
  "session",
  "uninstall",
  "message_event",
  "ab_test_event",
  "hit",
  "skan_postback",
] as const;
export type EventType = (typeof eventTypes)[number];

/** The value of one declared field. Absent, null, `""`, `"None"` and unresolved macros are no value: the field is not there. */
export type FieldValue = string | number | boolean;
export type Fields = Readonly<Partial<Record<EventField, FieldValue>>>;

/** One message event of Leanplum's vocabulary (seed 001). */
export type MessageFacts = {
  readonly id: string;
  readonly event: string;
  readonly channel: string;
  readonly templateName: string;
  readonly parameters: Readonly<Record<string, unknown>>;
};
export type AbTestFacts = { readonly id: string; readonly variantId: string };

/**
 * One fact that an app reported. It never changes once accepted; what was known of the device at
 * that moment is frozen beside it as `enrichment`.
 */
export type Event = {
  readonly id: EventId;
  readonly appId: AppId;
  /** The client's own `event_id`; with it, the same event given twice within 7 days is one event. */
  readonly clientEventId: string | null;
  readonly type: EventType;
  readonly name: string;
  /** Epoch milliseconds, UTC. */
  readonly time: number;
  readonly receivedAt: number;
  readonly isTest: boolean;
  /** Declared attributes by their wire name (AppsFlyer's raw-data names), checked for type; `country_code` also from `ipCountry`. */
  readonly fields: Fields;
  /** JSON text of `event_value` exactly as it came, so that `120.00` stays `120.00`; null when there is none. */
  readonly valueText: string | null;
  /** Adobe context data: flat, keys as they came. Values are text, numbers or booleans. */
  readonly context: Readonly<Record<string, FieldValue>> | null;
  readonly message: MessageFacts | null;
  readonly abTest: AbTestFacts | null;
  /** Partner ids that this event must not be shared with, or `all` (AppsFlyer S2S). */
  readonly sharingFilter: readonly string[] | "all" | null;
  /** AppsFlyer S2S `consent_data`, as it came. */
  readonly consent: Readonly<Record<string, unknown>> | null;
  /** Members that Carom does not declare. Their prototype is null. */
  readonly extra: Readonly<Record<string, unknown>>;
  /** The event's JSON text as it came; the fields above are parsed from it, and it is what is stored. */
  readonly source: string;
  /** Address of the sender, used as `ip` where the event has none and comes from a device. */
  readonly senderIp: string | null;
  /** The country that the device's address was of at acceptance, where the event told none itself. */
  readonly ipCountry: string | null;
  readonly enrichment: Enrichment | null;
};

/** What the install record added to an event, frozen at acceptance (or by a late install: version 2 and on). */
export type Enrichment = {
  readonly version: number;
  /** The conversion that the event is attributed to; the window is counted from it. Epoch milliseconds. */
  readonly conversionAt: number;
  readonly conversionKind: ConversionKind;
  /** Only fields that the event itself does not have. */
  readonly fields: Fields;
  readonly lifecycle: LifecycleFacts;
};
