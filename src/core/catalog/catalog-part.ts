import {
  type AccountId,
  type AppId,
  accountId,
  appId,
  type PartKey,
  type PartnerId,
  partKey,
  partnerId,
  type RuleId,
  ruleId,
} from "#src/core/ids.ts";
import type { Account, App, Catalog, Grant, Integration, Partner } from "./catalog.ts";
import type { PostbackRule } from "./postback-rule.ts";

/** What an app is, without what stands in it. */
export type AppSettings = Omit<App, "integrations" | "rules" | "grants">;

/** What a change of the catalog is a change of: each part is stored, versioned and addressed by itself. */
export type CatalogPart =
  | { readonly kind: "everything"; readonly value: Pick<Catalog, "active"> }
  | { readonly kind: "account"; readonly value: Account }
  | { readonly kind: "partner"; readonly value: Partner }
  | { readonly kind: "app"; readonly value: AppSettings }
  | { readonly kind: "integration"; readonly appId: AppId; readonly value: Integration }
  | { readonly kind: "rule"; readonly appId: AppId; readonly value: PostbackRule }
  | { readonly kind: "grant"; readonly appId: AppId; readonly value: Grant };

export type PartAddress =
  | { readonly kind: "everything" }
  | { readonly kind: "account"; readonly accountId: AccountId }
  | { readonly kind: "partner"; readonly partnerId: PartnerId }
  | { readonly kind: "app"; readonly appId: AppId }
  | {
      readonly kind: "integration";
      readonly appId: AppId;
      readonly partnerId: PartnerId;
      /** Null: the advertiser's own. */
      readonly configurator: AccountId | null;
    }
  | { readonly kind: "rule"; readonly appId: AppId; readonly ruleId: RuleId }
  | { readonly kind: "grant"; readonly appId: AppId; readonly accountId: AccountId };

/*
 * Addresses as texts, written here only; ids hold neither colon nor slash:
 *
 *   everything   account/<account>   partner/<partner>   app/<app>
 *   integration/<app>/<partner>[/<configurator>]   rule/<app>/<rule>   grant/<app>/<account>
 */

export function partKeyOf(address: PartAddress): PartKey {
  switch (address.kind) {
    case "everything":
      return partKey(address.kind);
    case "account":
      return partKey(`account/${address.accountId}`);
    case "partner":
      return partKey(`partner/${address.partnerId}`);
    case "app":
      return partKey(`app/${address.appId}`);
    case "integration": {
      const { appId, partnerId, configurator } = address;
      const own = `integration/${appId}/${partnerId}`;
      return partKey(configurator === null ? own : `${own}/${configurator}`);
    }
    case "rule":
      return partKey(`rule/${address.appId}/${address.ruleId}`);
    case "grant":
      return partKey(`grant/${address.appId}/${address.accountId}`);
  }
}

export function addressOf(part: CatalogPart): PartAddress {
  switch (part.kind) {
    case "everything":
      return { kind: part.kind };
    case "account":
      return { kind: part.kind, accountId: part.value.id };
    case "partner":
      return { kind: part.kind, partnerId: part.value.id };
    case "app":
      return { kind: part.kind, appId: part.value.id };
    case "integration": {
      const { partnerId, configurator } = part.value;
      return { kind: part.kind, appId: part.appId, partnerId, configurator };
    }
    case "rule":
      return { kind: part.kind, appId: part.appId, ruleId: part.value.id };
    case "grant":
      return { kind: part.kind, appId: part.appId, accountId: part.value.accountId };
  }
}

/** What `partKeyOf` wrote; null for every other text. */
export function readPartKey(key: string): PartAddress | null {
  const [kind = "", first = "", second = "", third = null, ...more] = key.split("/");
  if (more.length > 0) return null;
  const address = addressOfTexts(kind, [first, second, third]);
  return address !== null && partKeyOf(address) === key ? address : null;
}

function addressOfTexts(
  kind: string,
  [first, second, third]: readonly [first: string, second: string, third: string | null],
): PartAddress | null {
  switch (kind) {
    case "everything":
      return { kind };
    case "account":
      return { kind, accountId: accountId(first) };
    case "partner":
      return { kind, partnerId: partnerId(first) };
    case "app":
      return { kind, appId: appId(first) };
    case "integration": {
      const configurator = third === null ? null : accountId(third);
      return { kind, appId: appId(first), partnerId: partnerId(second), configurator };
    }
    case "rule":
      return { kind, appId: appId(first), ruleId: ruleId(second) };
    case "grant":
      return { kind, appId: appId(first), accountId: accountId(second) };
    default:
      return null;
  }
}

/** The app that a part is or stands in; null for what is of no app. */
export const appOfKey = (key: PartKey): string | null => {
  const [kind, first] = key.split("/");
  return kind === "account" || kind === "partner" ? null : (first ?? null);
};

export const settingsOf = (app: App): AppSettings => {
  const { integrations: _integrations, rules: _rules, grants: _grants, ...settings } = app;
  return settings;
};

/** Every part, in the catalog's order: an app before what stands in it. */
export const partsOf = (catalog: Catalog): readonly CatalogPart[] => [
  { kind: "everything", value: { active: catalog.active } },
  ...catalog.accounts.map((value): CatalogPart => ({ kind: "account", value })),
  ...catalog.partners.map((value): CatalogPart => ({ kind: "partner", value })),
  ...catalog.apps.flatMap(partsOfApp),
];

export const partsOfApp = (app: App): readonly CatalogPart[] => [
  { kind: "app", value: settingsOf(app) },
  ...app.integrations.map((value): CatalogPart => ({ kind: "integration", appId: app.id, value })),
  ...app.rules.map((value): CatalogPart => ({ kind: "rule", appId: app.id, value })),
  ...app.grants.map((value): CatalogPart => ({ kind: "grant", appId: app.id, value })),
];

/** The catalog that these are the parts of; what stands in an app that is not among them is left out. */
export function catalogOfParts(parts: readonly CatalogPart[], revision: number): Catalog {
  let active = true;
  const accounts: Account[] = [];
  const partners: Partner[] = [];
  const apps = new Map<AppId, Content>();
  for (const part of parts) {
    if (part.kind === "everything") active = part.value.active;
    else if (part.kind === "account") accounts.push(part.value);
    else if (part.kind === "partner") partners.push(part.value);
    else if (part.kind === "app")
      apps.set(part.value.id, { settings: part.value, integrations: [], rules: [], grants: [] });
  }
  for (const part of parts) {
    if (!("appId" in part)) continue;
    const content = apps.get(part.appId);
    if (part.kind === "integration") content?.integrations.push(part.value);
    else if (part.kind === "rule") content?.rules.push(part.value);
    else content?.grants.push(part.value);
  }
  const whole = [...apps.values()].map(({ settings, ...content }): App => ({ ...settings, ...content }));
  return { revision, active, accounts, partners, apps: whole };
}

type Content = {
  readonly settings: AppSettings;
  readonly integrations: Integration[];
  readonly rules: PostbackRule[];
  readonly grants: Grant[];
};
