import type { Event } from "#src/core/event.ts";
import { conversionKindOf } from "#src/core/install-conversion.ts";
import { maskJson } from "#src/core/mask-json.ts";
import { isRejected } from "#src/core/rejection.ts";
import type { AppTerms } from "./terms.ts";

/**
 * What the steps ask of one event, read once for all integrations of its app: the event as
 * completed by its install record.
 */
export type EventFacts = {
  readonly event: Event;
  readonly isTest: boolean;
  /** Install, reinstall, re-engagement, re-attribution: sent by the install template, without a mapping. */
  readonly isConversion: boolean;
  readonly isRejected: boolean;
  /** Null where nobody told one, neither the event nor an install record. */
  readonly mediaSource: string | null;
  readonly afPrt: string | null;
  /** Epoch milliseconds of the conversion that the window is counted from. */
  readonly conversionAt: number | null;
  /** True while a later install record could complete it. */
  readonly lacksInstall: boolean;
  /** `event_value` with its revenue masked; masked once for all targets that may not see it. */
  readonly maskedValue: { text: string | null | undefined };
};

export function factsOf(event: Event, app: AppTerms): EventFacts {
  const { fields, enrichment } = event;
  const added = enrichment?.fields;
  const isConversion = conversionKindOf(event) !== null;
  return {
    event,
    isTest: event.isTest || isTestDevice(event, app.testDevices),
    isConversion,
    isRejected: isRejected(event),
    mediaSource: textOrNull(fields.media_source ?? added?.media_source),
    afPrt: textOrNull(fields.af_prt ?? added?.af_prt),
    conversionAt: enrichment?.conversionAt ?? (isConversion ? event.time : ownInstallTime(event)),
    // A SKAN postback tells of no device: no install record will ever be found for it.
    lacksInstall: enrichment === null && !isConversion && event.type !== "skan_postback",
    maskedValue: { text: undefined },
  };
}

/** `event_value` with the app's revenue members masked, or null without one. */
export function valueWithoutRevenue(facts: EventFacts, app: AppTerms): string | null {
  const { maskedValue, event } = facts;
  maskedValue.text ??= event.valueText === null ? null : maskJson(event.valueText, app.isRevenue);
  return maskedValue.text;
}

const testFields = [
  "install_id",
  "device_id",
  "customer_user_id",
  "advertising_id",
  "idfa",
  "idfv",
  "android_id",
  "oaid",
  "amazon_aid",
] as const;

function isTestDevice(event: Event, testDevices: ReadonlySet<string>): boolean {
  if (testDevices.size === 0) return false;
  return testFields.some((field) => {
    const value = event.fields[field] ?? event.enrichment?.fields[field];
    return value !== undefined && testDevices.has(String(value));
  });
}

const textOrNull = (value: string | number | boolean | undefined): string | null =>
  value === undefined ? null : String(value);

const ownInstallTime = (event: Event): number | null => {
  const time = event.fields.install_time;
  return typeof time === "number" ? time : null;
};
