import type { Event } from "#src/core/events/event.ts";
import { keyFields } from "#src/core/installs/install-keys.ts";

/** The ids that an app counts as tests, as they were written and in lower case. */
export type TestDevices = { readonly exact: ReadonlySet<string>; readonly lower: ReadonlySet<string> };

export const noTestDevices: TestDevices = { exact: new Set(), lower: new Set() };

export const testDevicesOf = (ids: readonly string[]): TestDevices =>
  ids.length === 0
    ? noTestDevices
    : { exact: new Set(ids.map(trimmed)), lower: new Set(ids.map((id) => trimmed(id).toLowerCase())) };

const trimmed = (id: string): string => id.trim();

/** Whether an event comes from a device or user that is named, by any id that install records are found by, compared as there. */
export const isTestDevice = ({ fields, enrichment }: Event, devices: TestDevices): boolean =>
  devices !== noTestDevices &&
  keyFields.some(({ field, ignoresCase }) => {
    const value = fields[field] ?? enrichment?.fields[field];
    if (value === undefined) return false;
    return ignoresCase ? devices.lower.has(String(value).toLowerCase()) : devices.exact.has(String(value));
  });
