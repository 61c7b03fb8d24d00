import type { Event } from "./event.ts";

/**
 * What is known of a device's life with the app beyond one event, by Adobe's names (AD-MET); kept on
 * the install record, so that a rule's traits can ask for it on every event.
 */
const lifecycleKeys = [
  "a.InstallDate",
  "a.Launches",
  "a.LaunchesSinceUpgrade",
  "a.PrevSessionLength",
  "a.AppID",
  "a.OSVersion",
  "a.DeviceName",
  "a.CarrierName",
  "a.Resolution",
] as const;
type LifecycleKey = (typeof lifecycleKeys)[number];

/** Values as text, as they came. */
export type LifecycleFacts = Readonly<Partial<Record<LifecycleKey, string>>>;

/** Whether the event tells of its device's life: such events write to the install record, if there is one. */
export const tellsLifecycle = (event: Event): boolean =>
  event.type === "session" || (event.context !== null && Object.keys(event.context).some(isLifecycleKey));

/** The facts after this event. A session that does not count launches itself is one more. */
export function lifecycleAfter(known: LifecycleFacts, event: Event): LifecycleFacts {
  const facts: Partial<Record<LifecycleKey, string>> = { ...known };
  if (event.type === "session") facts["a.Launches"] = String(Number(known["a.Launches"] ?? 0) + 1);
  for (const [name, value] of Object.entries(event.context ?? {})) {
    const key = keyOf(name);
    if (key !== undefined) facts[key] = String(value);
  }
  return facts;
}

/** What an install tells: it is the first launch, unless its context says more. `installedAt` is epoch milliseconds. */
export const lifecycleOfInstall = (event: Event, installedAt: number): LifecycleFacts =>
  lifecycleAfter({ "a.InstallDate": adobeDate(installedAt), "a.Launches": "1" }, event);

/** A fact by its name, letter case aside; null where it is not known. */
export function lifecycleFact(facts: LifecycleFacts, name: string): string | null {
  const key = keyOf(name);
  return key === undefined ? null : (facts[key] ?? null);
}

const byLowerCase: ReadonlyMap<string, LifecycleKey> = new Map(lifecycleKeys.map((key) => [key.toLowerCase(), key]));
const keyOf = (name: string): LifecycleKey | undefined => byLowerCase.get(name.toLowerCase());
const isLifecycleKey = (name: string): boolean => keyOf(name) !== undefined;

/** `MM/DD/YYYY`, in UTC. */
function adobeDate(at: number): string {
  const [year, month, day] = new Date(at).toISOString().slice(0, 10).split("-");
  return `${month}/${day}/${year}`;
}
