import type { Fields } from "#src/core/events/event.ts";
import type { EventField } from "#src/core/events/event-fields.ts";

/**
 * Fields by which one device's install record is found, the strongest first. A vendor's advertising
 * ids are written in either case by different clients, so those are compared in lower case.
 */
export const keyFields: readonly { readonly field: EventField; readonly ignoresCase: boolean }[] = [
  { field: "install_id", ignoresCase: false },
  { field: "advertising_id", ignoresCase: true },
  { field: "idfa", ignoresCase: true },
  { field: "oaid", ignoresCase: true },
  { field: "amazon_aid", ignoresCase: true },
  { field: "idfv", ignoresCase: true },
  { field: "android_id", ignoresCase: true },
  { field: "imei", ignoresCase: false },
  { field: "device_id", ignoresCase: false },
  { field: "customer_user_id", ignoresCase: false },
  { field: "mcid", ignoresCase: false },
];

/** `0`, `00000000-0000-0000-0000-000000000000` and their like: what a device says when it may not tell. */
const zeroId = /^[0-]+$/;

/** The keys of an install record, the strongest first: `install_id:1547985076649-5309999`. Ids of zeros find nobody. */
export function installKeysOf(fields: Fields): readonly string[] {
  const keys: string[] = [];
  for (const { field, ignoresCase } of keyFields) {
    const value = fields[field];
    if (value === undefined) continue;
    const text = String(value);
    if (zeroId.test(text)) continue;
    keys.push(keyOf(field, text, ignoresCase));
  }
  return keys;
}

/** Every key that an id could be under, where people know it as an install's or as a user's. */
export function keysOfId(kind: "install_id" | "user_id", value: string): readonly string[] {
  return keyFields
    .filter(({ field }) => (field === "install_id") === (kind === "install_id"))
    .map(({ field, ignoresCase }) => keyOf(field, value, ignoresCase));
}

const keyOf = (field: EventField, text: string, ignoresCase: boolean): string =>
  `${field}:${ignoresCase ? text.toLowerCase() : text}`;
