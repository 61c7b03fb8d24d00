import type { Enrichment, Event, Fields, FieldValue } from "#src/core/events/event.ts";
import { type EventField, eventFields, isEventField } from "#src/core/events/event-fields.ts";
import { lifecycleAfter, tellsLifecycle } from "#src/core/events/lifecycle.ts";
import { isRejected } from "#src/core/events/rejection.ts";
import { type ConversionKind, conversionKinds, type InstallRecord } from "./install-record.ts";

/**
 * Whether this event writes an install record. A rejected conversion writes none: its attribution is
 * what fraud protection took back, and later events must not be completed from it.
 */
export const isConversion = (event: Event): boolean => conversionKindOf(event) !== null && !isRejected(event);

/** Whether this event writes to the install record of its device: a conversion, or one that tells of the device's life. */
export const writesInstall = (event: Event): boolean =>
  isConversion(event) || (!isRejected(event) && tellsLifecycle(event));

/** The kind of conversion that an event of this type is, or null for every other type. */
export const conversionKindOf = (event: Event): ConversionKind | null =>
  conversionKinds.find((kind) => kind === event.type) ?? null;

/** The record after an event that is no conversion and tells of its device's life. */
export const withLifecycle = (record: InstallRecord, event: Event): InstallRecord => ({
  ...record,
  eventId: event.id,
  lifecycle: lifecycleAfter(record.lifecycle, event),
});

/**
 * What the record adds to an event: fields that the event does not have, and the conversion that its
 * window is counted from. Attribution is taken whole or not at all: a campaign of one media source
 * must not stand beside another. A conversion is never attributed by an older record.
 */
export function enrichmentOf(event: Event, record: InstallRecord | null, version: number): Enrichment | null {
  if (record === null) return null;
  const kind = conversionKindOf(event);
  if (kind === "install" || kind === "reinstall") return null;
  const sharesSource = hasSourceOf(record, event);
  const completesAttribution = kind === null && sharesSource;
  const fields: Partial<Record<EventField, FieldValue>> = {};
  for (const name of fieldNames(record.fields)) {
    const value = record.fields[name];
    if (value === undefined || event.fields[name] !== undefined) continue;
    if (eventFields[name].group === "attribution" && !completesAttribution) continue;
    fields[name] = value;
  }
  return { version, ...conversionOf(event, record, sharesSource), fields, lifecycle: record.lifecycle };
}

/**
 * Whether what the event tells of its attribution is what the record knows. A field that the record
 * does not have may come from elsewhere too, unless it names no source.
 */
function hasSourceOf(record: InstallRecord, event: Event): boolean {
  return fieldNames(event.fields).every((name) => {
    if (eventFields[name].group !== "attribution") return true;
    const known = record.fields[name];
    return known === undefined ? namesNoSource.has(name) : String(known) === String(event.fields[name]);
  });
}

const namesNoSource: ReadonlySet<EventField> = new Set([
  "conversion_type",
  "http_referrer",
  "install_app_store",
  "is_retargeting",
  "match_type",
  "retargeting_conversion_type",
]);

export const withEnrichment = (event: Event, enrichment: Enrichment | null): Event => ({ ...event, enrichment });

/** The conversion that the event is attributed to: the record's newest, or the install for a row of another source. */
function conversionOf(
  event: Event,
  record: InstallRecord,
  sharesSource: boolean,
): { readonly conversionAt: number; readonly conversionKind: ConversionKind } {
  const own = conversionKindOf(event);
  if (own !== null) return { conversionAt: event.time, conversionKind: own };
  const isInstall = record.conversionKind === "install" || record.conversionKind === "reinstall";
  if (!isInstall && sharesSource) {
    return { conversionAt: record.conversionAt, conversionKind: record.conversionKind };
  }
  return {
    conversionAt: timeOf(event.fields.install_time) ?? record.installedAt,
    conversionKind: isInstall ? record.conversionKind : "install",
  };
}

const fieldNames = (fields: Fields): readonly EventField[] => Object.keys(fields).filter(isEventField);

const timeOf = (value: FieldValue | undefined): number | null => (typeof value === "number" ? value : null);
