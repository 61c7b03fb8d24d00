import type { PartKey } from "#src/core/ids.ts";
import type { App, Catalog } from "./catalog.ts";
import { addressOf, type CatalogPart, type PartAddress, partKeyOf, settingsOf } from "./catalog-part.ts";
import { accountsOf } from "./main-account.ts";

/** The part at an address, or null. */
export function findPart(catalog: Catalog, address: PartAddress): CatalogPart | null {
  switch (address.kind) {
    case "everything":
      return { kind: address.kind, value: { active: catalog.active } };
    case "account":
      return partOrNull(address.kind, find(accountsOf(catalog), address.accountId));
    case "partner":
      return partOrNull(address.kind, find(catalog.partners, address.partnerId));
    case "app": {
      const app = find(catalog.apps, address.appId);
      return app === null ? null : { kind: address.kind, value: settingsOf(app) };
    }
    case "integration":
    case "rule":
    case "grant": {
      const app = find(catalog.apps, address.appId);
      return app === null ? null : findInApp(app, partKeyOf(address));
    }
  }
}

/** Puts a part in the place of the one with its address, or adds it. What stands in an app needs the app. */
export function putPart(catalog: Catalog, part: CatalogPart): Catalog {
  switch (part.kind) {
    case "everything":
      return { ...catalog, active: part.value.active };
    case "account":
      return { ...catalog, accounts: put(catalog.accounts, part.value) };
    case "partner":
      return { ...catalog, partners: put(catalog.partners, part.value) };
    case "app": {
      const old = find(catalog.apps, part.value.id);
      const { integrations = [], rules = [], grants = [] } = old ?? {};
      return { ...catalog, apps: put(catalog.apps, { ...part.value, integrations, rules, grants }) };
    }
    case "integration":
      return inApp(catalog, part.appId, (app) => {
        const key = partKeyOf(addressOf(part));
        const isOne = (one: typeof part.value) => partKeyOf(addressOf({ ...part, value: one })) === key;
        return { ...app, integrations: putWhere(app.integrations, part.value, isOne) };
      });
    case "rule":
      return inApp(catalog, part.appId, (app) => ({ ...app, rules: put(app.rules, part.value) }));
    case "grant":
      return inApp(catalog, part.appId, (app) => {
        const isOne = (one: typeof part.value) => one.accountId === part.value.accountId;
        return { ...app, grants: putWhere(app.grants, part.value, isOne) };
      });
  }
}

/** Takes a part out, an app with all that stands in it. */
export function removePart(catalog: Catalog, address: Exclude<PartAddress, { kind: "everything" }>): Catalog {
  switch (address.kind) {
    case "account":
      return { ...catalog, accounts: catalog.accounts.filter(({ id }) => id !== address.accountId) };
    case "partner":
      return { ...catalog, partners: catalog.partners.filter(({ id }) => id !== address.partnerId) };
    case "app":
      return { ...catalog, apps: catalog.apps.filter(({ id }) => id !== address.appId) };
    case "integration":
    case "rule":
    case "grant": {
      const key = partKeyOf(address);
      const isOther = (part: CatalogPart): boolean => partKeyOf(addressOf(part)) !== key;
      return inApp(catalog, address.appId, (app) => ({
        ...app,
        integrations: app.integrations.filter((value) => isOther({ kind: "integration", appId: app.id, value })),
        rules: app.rules.filter((value) => isOther({ kind: "rule", appId: app.id, value })),
        grants: app.grants.filter((value) => isOther({ kind: "grant", appId: app.id, value })),
      }));
    }
  }
}

/** Takes a partner's integrations out of every app; custom events that were created for it are nobody's. */
export const removeIntegrationsOf = (catalog: Catalog, partner: string): Catalog => ({
  ...catalog,
  apps: catalog.apps.map((app) => {
    const integrations = app.integrations.filter(({ partnerId }) => partnerId !== partner);
    const isNamed = app.customEvents.some(({ createdUnder }) => createdUnder === partner);
    if (integrations.length === app.integrations.length && !isNamed) return app;
    const customEvents = app.customEvents.map((one) =>
      one.createdUnder === partner ? { ...one, createdUnder: null } : one,
    );
    return { ...app, integrations, customEvents };
  }),
});

const partOrNull = <Kind extends CatalogPart["kind"], Value>(kind: Kind, value: Value | null) =>
  value === null ? null : { kind, value };

function findInApp(app: App, key: PartKey): CatalogPart | null {
  const parts: readonly CatalogPart[] = [
    ...app.integrations.map((value): CatalogPart => ({ kind: "integration", appId: app.id, value })),
    ...app.rules.map((value): CatalogPart => ({ kind: "rule", appId: app.id, value })),
    ...app.grants.map((value): CatalogPart => ({ kind: "grant", appId: app.id, value })),
  ];
  return parts.find((part) => partKeyOf(addressOf(part)) === key) ?? null;
}

const inApp = (catalog: Catalog, id: string, edit: (app: App) => App): Catalog => ({
  ...catalog,
  apps: catalog.apps.map((app) => (app.id === id ? edit(app) : app)),
});

const find = <Item extends { readonly id: string }>(items: readonly Item[], id: string): Item | null =>
  items.find((item) => item.id === id) ?? null;

const put = <Item extends { readonly id: string }>(items: readonly Item[], item: Item): readonly Item[] =>
  putWhere(items, item, ({ id }) => id === item.id);

function putWhere<Item>(items: readonly Item[], item: Item, isOne: (item: Item) => boolean): readonly Item[] {
  const index = items.findIndex(isOne);
  return index < 0 ? [...items, item] : items.with(index, item);
}
