import type { Event, Fields, FieldValue } from "#src/core/events/event.ts";
import { type EventField, eventFields, type FieldGroup, isEventField } from "#src/core/events/event-fields.ts";
import { lifecycleAfter, lifecycleOfInstall } from "#src/core/events/lifecycle.ts";
import { conversionKindOf } from "./install-conversion.ts";
import { installKeysOf } from "./install-keys.ts";
import { type ConversionKind, conversionKinds, type InstallRecord } from "./install-record.ts";

/**
 * The record after this conversion. Conversions come in any order, and the record is the same in each:
 *
 *   installedAt   the newest install or reinstall that came; without one the newest time that another
 *                 conversion told, else the time of the earliest conversion
 *   attribution   the newest conversion's, whole
 *   ids, device   each field as the newest conversion that told it, back to the newest install: that
 *                 one starts anew
 */
export function installFrom(event: Event, previous: InstallRecord | null): InstallRecord {
  const told = conversionTold(event);
  const install = previous === null ? told : betterInstall(previous, told);
  const since = install.installedBy === "install" ? install.installedAt : Number.NEGATIVE_INFINITY;
  // It is of the time before the newest install, of which nothing is kept.
  if (previous !== null && told.conversionAt < since) return previous;
  const isLate = previous !== null && isNewer(previous, told);
  const newest = isLate ? previous : told;
  const { installedAt, installedBy } = install;
  const { fields, fieldTimes } = mergedFields(previous, told, { newest, since });
  if (installedBy !== "guess") fields.install_time = installedAt;
  return {
    appId: event.appId,
    keys: installKeysOf(fields),
    eventId: event.id,
    installedAt,
    installedBy,
    conversionAt: newest.conversionAt,
    conversionKind: newest.conversionKind,
    fields,
    fieldTimes,
    lifecycle: lifecycleOf(event, previous, { told, isLate }),
  };
}

type Told = Pick<
  InstallRecord,
  "installedAt" | "installedBy" | "conversionAt" | "conversionKind" | "fields" | "fieldTimes"
>;

function conversionTold(event: Event): Told {
  const conversionKind = conversionKindOf(event) ?? "install";
  const toldAt = timeOf(event.fields.install_time);
  const startsAnew = isInstall(conversionKind);
  const conversionAt = startsAnew ? (toldAt ?? event.time) : event.time;
  return {
    installedAt: startsAnew ? conversionAt : (toldAt ?? conversionAt),
    installedBy: startsAnew ? "install" : toldAt === null ? "guess" : "told",
    conversionAt,
    conversionKind,
    fields: event.fields,
    fieldTimes: {},
  };
}

const isInstall = (kind: ConversionKind): boolean => kind === "install" || kind === "reinstall";

type Install = Pick<InstallRecord, "installedAt" | "installedBy">;
const strengths = { guess: 0, told: 1, install: 2 } as const;

/** The surer one. Of two guesses the earlier is nearer to the truth, else the later install is the one in force. */
function betterInstall(left: Install, right: Install): Install {
  const surer = strengths[left.installedBy] - strengths[right.installedBy];
  if (surer !== 0) return surer > 0 ? left : right;
  return left.installedAt > right.installedAt === (left.installedBy !== "guess") ? left : right;
}

/** By time; of one time by kind, then by what they tell, so that it is the same whichever came first. */
function isNewer(left: Told, right: Told): boolean {
  if (left.conversionAt !== right.conversionAt) return left.conversionAt > right.conversionAt;
  const [leftRank, rightRank] = [left, right].map(({ conversionKind }) => conversionKinds.indexOf(conversionKind));
  if (leftRank !== rightRank) return (leftRank ?? 0) > (rightRank ?? 0);
  return attributionText(left.fields) > attributionText(right.fields);
}

const attributionText = (fields: Fields): string =>
  JSON.stringify(
    namesOf(fields)
      .filter((name) => eventFields[name].group === "attribution")
      .sort()
      .map((name) => [name, fields[name]]),
  );

/** What stays true of a device over a re-engagement. `install_time` is what `installedAt` says. */
const lastingGroups: ReadonlySet<FieldGroup> = new Set(["identity", "device"]);

type Merged = {
  readonly fields: Partial<Record<EventField, FieldValue>>;
  readonly fieldTimes: Partial<Record<EventField, number>>;
};

function mergedFields(
  previous: Told | null,
  told: Told,
  { newest, since }: { readonly newest: Told; readonly since: number },
): Merged {
  const merged: Merged = { fields: {}, fieldTimes: {} };
  for (const source of previous === null ? [told] : [previous, told]) {
    for (const name of namesOf(source.fields)) {
      const { group } = eventFields[name];
      const value = source.fields[name];
      if (value === undefined) continue;
      if (group === "attribution" && source === newest) merged.fields[name] = value;
      if (!lastingGroups.has(group)) continue;
      const at = source.fieldTimes[name] ?? source.conversionAt;
      if (at >= since) keepNewer(merged, name, { value, at, newestAt: newest.conversionAt });
    }
  }
  return merged;
}

function keepNewer(
  { fields, fieldTimes }: Merged,
  name: EventField,
  { value, at, newestAt }: { readonly value: FieldValue; readonly at: number; readonly newestAt: number },
): void {
  const known = fields[name];
  if (known !== undefined) {
    const knownAt = fieldTimes[name] ?? newestAt;
    if (knownAt > at || (knownAt === at && String(known) > String(value))) return;
  }
  fields[name] = value;
  if (at === newestAt) delete fieldTimes[name];
  else fieldTimes[name] = at;
}

const namesOf = (fields: Fields): readonly EventField[] => Object.keys(fields).filter(isEventField);

const timeOf = (value: FieldValue | undefined): number | null => (typeof value === "number" ? value : null);

function lifecycleOf(
  event: Event,
  previous: InstallRecord | null,
  { told, isLate }: { readonly told: Told; readonly isLate: boolean },
): InstallRecord["lifecycle"] {
  if (!isInstall(told.conversionKind)) return lifecycleAfter(previous?.lifecycle ?? {}, event);
  return { ...lifecycleOfInstall(event, told.installedAt), ...(isLate ? previous?.lifecycle : {}) };
}
