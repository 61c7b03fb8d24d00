import type { Enrichment, Event, Fields, FieldValue } from "./event.ts";
import { type EventField, eventFields, type FieldGroup, isEventField } from "./event-fields.ts";
import { installKeysOf } from "./install-keys.ts";
import { type ConversionKind, conversionKinds, type InstallRecord } from "./install-record.ts";
import { lifecycleAfter, lifecycleOfInstall } from "./lifecycle.ts";
import { isRejected } from "./rejection.ts";

/**
 * Whether this event writes an install record. A rejected conversion writes none: its attribution is
 * what fraud protection took back, and later events must not be completed from it.
 */
export const isConversion = (event: Event): boolean => conversionKindOf(event) !== null && !isRejected(event);

/** The kind of conversion that an event of this type is, or null for every other type. */
export const conversionKindOf = (event: Event): ConversionKind | null =>
  conversionKinds.find((kind) => kind === event.type) ?? null;

/**
 * The record after this conversion. An install starts anew; a re-engagement or re-attribution keeps
 * the install's time and completes its ids from what was known. A conversion that arrives late, after
 * a newer one, fills gaps and takes neither its time nor its attribution away.
 */
export function installFrom(event: Event, previous: InstallRecord | null): InstallRecord {
  const kind = conversionKindOf(event) ?? "install";
  const startsAnew = kind === "install" || kind === "reinstall";
  const conversionAt = startsAnew ? (timeOf(event.fields.install_time) ?? event.time) : event.time;
  const isLate = previous !== null && previous.conversionAt > conversionAt;
  const installedAt = startsAnew
    ? conversionAt
    : (previous?.installedAt ?? timeOf(event.fields.install_time) ?? conversionAt);
  const known = previous === null || (startsAnew && !isLate) ? {} : previous.fields;
  const fields: Fields = {
    ...(isLate
      ? { ...pickGroups(event.fields, lastingGroups), ...known }
      : { ...pickGroups(known, lastingGroups), ...pickGroups(event.fields, keptGroups) }),
    install_time: installedAt,
  };
  return {
    appId: event.appId,
    keys: installKeysOf(fields),
    eventId: event.id,
    installedAt,
    conversionAt: isLate ? previous.conversionAt : conversionAt,
    conversionKind: isLate ? previous.conversionKind : kind,
    fields,
    lifecycle: startsAnew
      ? { ...lifecycleOfInstall(event, installedAt), ...(isLate ? previous.lifecycle : {}) }
      : lifecycleAfter(previous?.lifecycle ?? {}, event),
  };
}

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
  const sharesSource =
    event.fields.media_source === undefined || event.fields.media_source === record.fields.media_source;
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

const keptGroups: ReadonlySet<FieldGroup> = new Set(["identity", "device", "attribution", "conversion"]);
/** What stays true of a device over a re-engagement; attribution is the new one's. */
const lastingGroups: ReadonlySet<FieldGroup> = new Set(["identity", "device", "conversion"]);

function pickGroups(fields: Fields, groups: ReadonlySet<FieldGroup>): Fields {
  const picked: Partial<Record<EventField, FieldValue>> = {};
  for (const name of fieldNames(fields)) {
    const value = fields[name];
    if (value !== undefined && groups.has(eventFields[name].group)) picked[name] = value;
  }
  return picked;
}

const fieldNames = (fields: Fields): readonly EventField[] => Object.keys(fields).filter(isEventField);

const timeOf = (value: FieldValue | undefined): number | null => (typeof value === "number" ? value : null);
