import type { PartKey } from "#src/core/ids.ts";
import type { Problem } from "#src/core/problem.ts";
import type { App, Catalog } from "./catalog.ts";
import { addressOf, type CatalogPart, type PartAddress, partKeyOf, settingsOf } from "./catalog-part.ts";

type Path = Problem["path"];

/** Where a path of a catalog leads: the part, and the way inside it. */
export type PathInPart = {
  readonly key: PartKey;
  readonly address: PartAddress;
  readonly rest: Path /** As it stands in the catalog. */;
  readonly prefix: Path;
};

/** Finds the part that a path of this catalog leads into; null where there is none, as of a list as a whole. */
export function partOfPath(catalog: Catalog, path: Path): PathInPart | null {
  const [list, index, inner, innerIndex] = path;
  if (list === "active") return found({ kind: "everything", value: catalog }, path, 0);
  if (typeof index !== "number") return null;
  const outer = outerPart(catalog, list, index);
  if (outer === null) return null;
  const app = list === "apps" ? catalog.apps[index] : undefined;
  const nested = app === undefined || typeof innerIndex !== "number" ? null : innerPart(app, inner, innerIndex);
  return nested === null ? found(outer, path, 2) : found(nested, path, 4);
}

const found = (part: CatalogPart, path: Path, length: number): PathInPart => {
  const address = addressOf(part);
  return { key: partKeyOf(address), address, prefix: path.slice(0, length), rest: path.slice(length) };
};

function outerPart(catalog: Catalog, list: Path[number] | undefined, index: number): CatalogPart | null {
  const [account, partner, app] = [catalog.accounts[index], catalog.partners[index], catalog.apps[index]];
  if (list === "accounts" && account !== undefined) return { kind: "account", value: account };
  if (list === "partners" && partner !== undefined) return { kind: "partner", value: partner };
  return list === "apps" && app !== undefined ? { kind: "app", value: settingsOf(app) } : null;
}

function innerPart(app: App, list: Path[number] | undefined, index: number): CatalogPart | null {
  const [integration, rule, grant] = [app.integrations[index], app.rules[index], app.grants[index]];
  if (list === "integrations" && integration !== undefined)
    return { kind: "integration", appId: app.id, value: integration };
  if (list === "rules" && rule !== undefined) return { kind: "rule", appId: app.id, value: rule };
  return list === "grants" && grant !== undefined ? { kind: "grant", appId: app.id, value: grant } : null;
}

/** Where each part stands in a catalog; of one that stands there twice, the last, or the first. */
export function placesOf(
  { accounts, partners, apps }: Catalog,
  of: "first" | "last" = "last",
): ReadonlyMap<PartKey, Path> {
  const places = new Map<PartKey, Path>();
  const add = (part: CatalogPart, path: Path) => {
    const key = partKeyOf(addressOf(part));
    if (of === "last" || !places.has(key)) places.set(key, path);
  };
  for (const [index, value] of accounts.entries()) add({ kind: "account", value }, ["accounts", index]);
  for (const [index, value] of partners.entries()) add({ kind: "partner", value }, ["partners", index]);
  for (const [index, app] of apps.entries()) {
    const path = ["apps", index];
    add({ kind: "app", value: app }, path);
    for (const [at, value] of app.integrations.entries())
      add({ kind: "integration", appId: app.id, value }, [...path, "integrations", at]);
    for (const [at, value] of app.rules.entries()) add({ kind: "rule", appId: app.id, value }, [...path, "rules", at]);
    for (const [at, value] of app.grants.entries())
      add({ kind: "grant", appId: app.id, value }, [...path, "grants", at]);
  }
  return places;
}
