import { readCatalogDocument } from "#src/contract/catalog-document.ts";
import { problemWithin } from "#src/contract/moved-problem.ts";
import { readPart } from "#src/contract/part-documents.ts";
import type { DraftChanges } from "#src/contract/simulations-contract.ts";
import type { Catalog } from "#src/core/catalog/catalog.ts";
import { putPart, removePart } from "#src/core/catalog/catalog-edit.ts";
import { addressOf, type CatalogPart, partKeyOf } from "#src/core/catalog/catalog-part.ts";
import { placesOf } from "#src/core/catalog/part-path.ts";
import type { CompiledCatalog } from "#src/core/compile/compiled-catalog.ts";
import { accountId, appId, type PartKey, partKey, partnerId, ruleId } from "#src/core/ids.ts";
import { type Problem, pathText } from "#src/core/problem.ts";
import type { Caller } from "./caller.ts";
import { wholeOf } from "./catalog-part.ts";
import { type Refusal, refuse } from "./refusal.ts";
import { accessTo, mayChange, mayRemove, refuseLevel } from "./resources/may-change.ts";
import type { ResourceAddress } from "./resources/resource-address.ts";
import type { Scope } from "./scope.ts";

/** A whole catalog that nobody has put in force, and where what was sent stands in it. */
export type Draft = {
  readonly kind: "draft";
  readonly catalog: Catalog;
  readonly placeOf: (key: PartKey) => Problem["path"] | null;
};
type RefusedDraft = { readonly kind: "problems"; readonly problems: readonly Problem[] };
type Drafting = {
  readonly before: CompiledCatalog;
  readonly scope: Scope;
  readonly caller: Caller;
  /** Whether an app has reported such events lately; asked for of another account's app. */
  readonly isReported: (app: string, name: string) => boolean;
};
type Path = Problem["path"];

/** What `PUT /v1/catalog` of the document would put in force. */
export const draftOfDocument = (
  document: object,
  prune: boolean,
  { before, scope, caller }: Drafting,
): Draft | RefusedDraft => {
  const reading = readCatalogDocument(JSON.stringify(document), "json");
  if (reading.kind === "refused") return { kind: "problems", problems: reading.problems };
  const whole = wholeOf(before.catalog, reading.catalog, { scope, caller, prune });
  if (whole.kind === "refused") return { kind: "problems", problems: whole.problems };
  const places = placesOf(reading.catalog);
  return { kind: "draft", catalog: whole.catalog, placeOf: (key) => places.get(key) ?? null };
};

/** What the routes of the changed resources would put in force, all at once. */
export const draftOfChanges = (changes: DraftChanges, drafting: Drafting): Draft | RefusedDraft | Refusal => {
  const { active = drafting.before.catalog.active, accounts, partners, apps } = changes;
  const outer = draftOfDocument({ carom: 1, active, accounts, partners, apps }, false, drafting);
  if (outer.kind === "problems")
    return { kind: "problems", problems: outer.problems.map((problem) => problemWithin(problem, ["changes"])) };
  const places = new Map<PartKey, Path>();
  let { catalog } = outer;
  for (const { kind, path, value, app } of inApps(changes)) {
    const reading = readPart(partKey(`${kind}/${app}`), value);
    if (reading.kind === "refused")
      return { kind: "problems", problems: reading.problems.map((problem) => problemWithin(problem, path)) };
    const { part } = reading;
    const refusal = refuseStray(catalog, { app, path }, drafting) ?? refusePut(part, path, drafting);
    if (refusal !== null) return refusal;
    catalog = putPart(catalog, part);
    places.set(partKeyOf(addressOf(part)), path);
  }
  for (const { address, path } of removals(changes)) {
    const stray =
      "appId" in address && address.kind !== "app"
        ? refuseStray(catalog, { app: address.appId, path }, drafting)
        : null;
    const refusal = stray ?? refusedAt(path, mayRemove(drafting.caller, { ...drafting, address, after: null }));
    if (refusal !== null) return refusal;
    catalog = removePart(catalog, address);
  }
  return {
    kind: "draft",
    catalog,
    placeOf: (key) => {
      const place = outer.placeOf(key);
      return places.get(key) ?? (place === null ? null : ["changes", ...place]);
    },
  };
};

/** Apps of which a draft changes what stands in them. */
export const appsOfChanges = (changes: DraftChanges): ReadonlySet<string> =>
  new Set(inApps(changes).map(({ app }) => app));

type InApp = {
  readonly kind: "integration" | "rule" | "grant";
  readonly app: string;
  readonly path: Path;
  readonly value: object;
};

const inApps = ({ integrations, rules, grants }: DraftChanges): readonly InApp[] => [
  ...integrations.map(({ app_id: app, ...value }, index) => {
    return { kind: "integration", app, path: ["changes", "integrations", index], value } as const;
  }),
  ...rules.map(({ app_id: app, ...value }, index) => {
    return { kind: "rule", app, path: ["changes", "rules", index], value } as const;
  }),
  ...grants.map(({ app_id: app, ...value }, index) => {
    return { kind: "grant", app, path: ["changes", "grants", index], value } as const;
  }),
];

type Removal = { readonly address: ResourceAddress; readonly path: Path };

/** What stands in an app goes before the app. */
const removals = ({ remove }: DraftChanges): readonly Removal[] => {
  if (remove === undefined) return [];
  const at = (list: string, addresses: readonly ResourceAddress[]): readonly Removal[] =>
    addresses.map((address, index) => ({ address, path: ["changes", "remove", list, index] }));
  const inApp = (one: { readonly app_id: string }) => appId(one.app_id);
  return [
    ...at(
      "integrations",
      remove.integrations.map((one) => ({
        kind: "integration",
        appId: inApp(one),
        partnerId: partnerId(one.partner_id),
        configurator: one.configurator === null ? null : accountId(one.configurator),
      })),
    ),
    ...at(
      "rules",
      remove.rules.map((one) => ({ kind: "rule", appId: inApp(one), ruleId: ruleId(one.id) })),
    ),
    ...at(
      "grants",
      remove.grants.map((one) => ({ kind: "grant", appId: inApp(one), accountId: accountId(one.account_id) })),
    ),
    ...at(
      "apps",
      remove.apps.map((id) => ({ kind: "app", appId: appId(id) })),
    ),
    ...at(
      "partners",
      remove.partners.map((id) => ({ kind: "partner", partnerId: partnerId(id) })),
    ),
    ...at(
      "accounts",
      remove.accounts.map((id) => ({ kind: "account", accountId: accountId(id) })),
    ),
  ];
};

/** An app that the draft does not have, or that is not the caller's to see: both are answered alike. */
const refuseStray = (
  draft: Catalog,
  { app, path }: { readonly app: string; readonly path: Path },
  { before, caller }: Drafting,
): Refusal | null => {
  const isThere = draft.apps.some(({ id }) => id === app);
  const isHidden =
    before.apps.has(appId(app)) && accessTo(caller, before, { kind: "app", appId: appId(app) }) === "none";
  if (isThere && !isHidden) return null;
  const place = pathText([...path, "app_id"]);
  const message = `${place}: no app ${app}`;
  return refuse("simulation.unknown_app", message, {
    errors: [{ path: place, code: "simulation.unknown_app", message }],
  });
};

/** In an app that the draft makes everything is its maker's. */
const refusePut = (after: CatalogPart, path: Path, { before, caller, isReported }: Drafting): Refusal | null => {
  const address = addressOf(after);
  if (address.kind === "everything" || !("appId" in address)) return null;
  const app = address.appId;
  if (!before.apps.has(app)) return refusedAt(path, refuseLevel(caller, address));
  const isKnownEvent = (name: string): boolean => isReported(app, name);
  return refusedAt(path, mayChange(caller, { before, address, after, isKnownEvent }));
};

/** The same refusal, with its places as they stand in what was sent. */
const refusedAt = (path: Path, refusal: Refusal | null): Refusal | null => {
  if (refusal === null) return null;
  const place = pathText(path);
  const whole = { path: place, code: refusal.code, message: `${place}: ${refusal.detail}` };
  const errors = refusal.errors?.map((entry) => ({ ...entry, path: joined(place, entry.path) })) ?? [whole];
  return { ...refusal, detail: `${place}: ${refusal.detail}`, errors };
};

const joined = (place: string, within: string): string =>
  within === "" || within.startsWith("[") ? place + within : `${place}.${within}`;
