import type { PartKey } from "#src/core/ids.ts";
import type { App, Catalog } from "./catalog.ts";
import { addressOf, type CatalogPart, partKeyOf, partsOf, partsOfApp } from "./catalog-part.ts";

export type ChangedPart = {
  readonly key: PartKey;
  /** Null where it was not there. */
  readonly before: CatalogPart | null;
  /** Null where it is no more. */
  readonly after: CatalogPart | null;
};

/**
 * Parts that are other objects, added or gone, in the order of the catalog after. What a change has left
 * alone is known by its identity, so that one edit of ten thousand apps looks into one. Another order is no change.
 */
export function changedParts(before: Catalog, after: Catalog): readonly ChangedPart[] {
  const old = new Map<PartKey, CatalogPart>();
  const fresh = new Map<PartKey, CatalogPart>();
  const appsBefore = new Set(before.apps);
  const appsAfter = new Set(after.apps);
  for (const part of outsideApps(before)) old.set(partKeyOf(addressOf(part)), part);
  for (const part of outsideApps(after)) fresh.set(partKeyOf(addressOf(part)), part);
  for (const app of before.apps) if (!appsAfter.has(app)) addApp(old, app);
  for (const app of after.apps) if (!appsBefore.has(app)) addApp(fresh, app);
  const changed: ChangedPart[] = [];
  for (const [key, part] of fresh) {
    const one = old.get(key) ?? null;
    if (one === null || !isSame(one, part)) changed.push({ key, before: one, after: part });
  }
  for (const [key, part] of old) if (!fresh.has(key)) changed.push({ key, before: part, after: null });
  return changed;
}

const outsideApps = (catalog: Catalog): readonly CatalogPart[] => partsOf({ ...catalog, apps: [] });

const addApp = (parts: Map<PartKey, CatalogPart>, app: App): void => {
  for (const part of partsOfApp(app)) parts.set(partKeyOf(addressOf(part)), part);
};

/** Settings are made anew from their app, and are compared by what they hold. */
const isSame = (one: CatalogPart, other: CatalogPart): boolean => {
  if (one.kind === "everything" && other.kind === "everything") return one.value.active === other.value.active;
  if (one.kind !== "app" || other.kind !== "app") return one.value === other.value;
  const old: ReadonlyMap<string, unknown> = new Map(Object.entries(one.value));
  return Object.entries(other.value).every(([name, value]) => old.get(name) === value);
};
