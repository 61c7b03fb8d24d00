import type { EventId } from "#src/core/ids.ts";
import type { ConversionKind } from "#src/core/installs/install-record.ts";
import type { EarnedBy } from "#src/core/installs/retargeting.ts";
import type { AbTestFacts, EventType } from "./event.ts";
import type { EventField } from "./event-fields.ts";

/**
 * An event as one target may see it: enriched, and masked by the data sharing in force. Macros,
 * aliases and transforms read nothing else, so that a masked value cannot get out by any of them.
 * Text is as it came where it came as text or as a number (`120.00` stays `120.00`).
 */
export type EventView = {
  readonly eventId: EventId;
  readonly postbackId: string;
  readonly appId: string;
  readonly appName: string;
  readonly type: EventType;
  readonly eventName: string;
  /** The name the partner knows it by: the mapping's, or the event's own. */
  readonly partnerEvent: string;
  /** Epoch milliseconds. */
  readonly eventTime: number;
  readonly receivedAt: number;
  /** Epoch milliseconds of the install and of the conversion the event is attributed to, where known. */
  readonly installedAt: number | null;
  readonly conversionAt: number | null;
  /** What the event is as a conversion, or which one it is attributed to; null where none is known. */
  readonly conversionKind: ConversionKind | null;
  readonly isRejected: boolean;
  /** The kind of conversion that earned the event; null where nobody told. */
  readonly earnedBy: EarnedBy | null;
  /** A declared field: the event's own, else the install record's; null where it has no value. Revenue fields are masked. */
  readonly text: (field: EventField) => string | null;
  /** A declared field of kind `time`, epoch milliseconds. */
  readonly time: (field: EventField) => number | null;
  /** `event_value` as JSON text; masked members are `"N/A"`, or all of it is `N/A`. Null where the event has none and nothing is masked. */
  readonly valueText: () => string | null;
  /** One member of `event_value` by its name (dots go deeper), as text; masked as above. */
  readonly valueMember: (path: string) => string | null;
  /** `event_revenue`, else `event_value.af_revenue`, in the selected currency where there is one; `currency` likewise. `N/A` where masked. */
  readonly monetary: () => string | null;
  readonly currency: () => string | null;
  /** The revenue as the event reported it, in whichever currency; `N/A` where masked. */
  readonly reportedMonetary: () => string | null;
  /** The revenue in this currency by the rates of the event's day; null where there is none, or no rate. `N/A` where masked. */
  readonly revenueIn: (currency: string) => string | null;
  /** The currency that the integration chose for its revenue; null leaves it as it was reported. */
  readonly selectedCurrency: string | null;
  /** Context data, keys without regard to case. Masked. */
  readonly context: (key: string) => string | null;
  /** Keys of the context data, as they came. */
  readonly contextKeys: () => readonly string[];
  /** A fact of the device's life by Adobe's name (`a.Launches`), keys without regard to case. Masked. */
  readonly lifecycle: (key: string) => string | null;
  /** Of a message event; null for every other. */
  readonly message: () => MessageView | null;
  /** Of an A/B-test event; null for every other. */
  readonly abTest: () => AbTestFacts | null;
  /** An undeclared member of the event, as text. Masked. */
  readonly extra: (name: string) => string | null;
  /** A parameter of the integration. */
  readonly parameter: (name: string) => string | null;
};

/** A message event as a target may see it. */
export type MessageView = {
  readonly id: string;
  readonly event: string;
  readonly channel: string;
  readonly templateName: string;
  /** A JSON object, its text as it came. Masked. */
  readonly parametersText: string;
};
