import type { Fields } from "#src/core/events/event.ts";
import type { EventField } from "#src/core/events/event-fields.ts";
import type { LifecycleFacts } from "#src/core/events/lifecycle.ts";
import type { AppId, EventId } from "#src/core/ids.ts";

export const conversionKinds = ["install", "reinstall", "re_engagement", "re_attribution"] as const;
export type ConversionKind = (typeof conversionKinds)[number];

/**
 * What is known of one device's conversion. Written by events of the four conversion kinds, found
 * by the install id and by each advertising or user id. Attribution is told to Carom, not computed.
 */
export type InstallRecord = {
  readonly appId: AppId;
  /** Every key it can be found by, the strongest first: `install_id:…`, `advertising_id:…`, …; see `install-keys.ts`. */
  readonly keys: readonly string[];
  /** The event that wrote this version. */
  readonly eventId: EventId;
  /** Epoch milliseconds of the first open since the newest install. */
  readonly installedAt: number;
  /** How that is known: from an install or reinstall, told by another conversion, or guessed from the first one that came. */
  readonly installedBy: "install" | "told" | "guess";
  /** Epoch milliseconds of the latest conversion: the install, or a later re-engagement or re-attribution. */
  readonly conversionAt: number;
  readonly conversionKind: ConversionKind;
  /** Attribution, identity and device fields, by wire name. */
  readonly fields: Fields;
  /** When those of the fields were told that an earlier conversion than the newest told. */
  readonly fieldTimes: Readonly<Partial<Record<EventField, number>>>;
  /** Completed by every later event that tells of its device's life, not by conversions only. */
  readonly lifecycle: LifecycleFacts;
};
