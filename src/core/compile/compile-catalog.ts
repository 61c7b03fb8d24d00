import type { Account, App, Catalog, Partner } from "#src/core/catalog/catalog.ts";
import type { AppSurroundings } from "#src/core/check-catalog/check-app.ts";
import { checkAppAt, checkLists, checkPartnerAt, surroundingsOf } from "#src/core/check-catalog/check-catalog.ts";
import { addFindings, type Findings, newFindings } from "#src/core/check-catalog/findings.ts";
import type { AccountId, AppId, PartnerId, ReceiverId } from "#src/core/ids.ts";
import type { Receiver } from "#src/core/postbacks/receiver.ts";
import { type Problem, problemsMax } from "#src/core/problem.ts";
import type { CompileTemplate } from "#src/core/templates/template.ts";
import { type AppPlace, compileApp, receiversOf, type Surroundings } from "./compile-app.ts";
import { compileRuleTemplates } from "./compile-rules.ts";
import { compileTemplate } from "./compile-template.ts";
import { PartnerTemplates, type TemplateCompiler } from "./compile-template-tables.ts";
import type { CompiledApp, CompiledCatalog } from "./compiled-catalog.ts";
import { LikeRoutes } from "./like-routes.ts";
import type { Means } from "./means.ts";

export type CatalogCompilation =
  | { readonly kind: "compiled"; readonly compiled: CompiledCatalog; readonly warnings: readonly Problem[] }
  | { readonly kind: "refused"; readonly problems: readonly Problem[] };

/**
 * Checks a catalog whole and makes it ready to decide, or refuses it with all that is wrong. What `previous` has of it, the very
 * same objects at the same places, is taken over: one edit among ten thousand apps costs what one app costs.
 */
export const compileCatalog = (catalog: Catalog, means: Means, previous?: CompiledCatalog): CatalogCompilation =>
  compileOver(previous ?? null, catalog, { compile: compileTemplate, means });

/** The same with another compiler of templates, and of everything. */
export const compileCatalogWith = (compile: CompileTemplate, catalog: Catalog, means: Means): CatalogCompilation =>
  compileOver(null, catalog, { compile, means });

function compileOver(
  previous: CompiledCatalog | null,
  catalog: Catalog,
  compiler: TemplateCompiler,
): CatalogCompilation {
  const known = previous?.units ?? null;
  const base = known !== null && isSameCompiler(known.compiler, compiler) ? known : null;
  const findings = newFindings();
  checkLists(findings, catalog);
  const checking = surroundingsOf(catalog);
  const changedAccounts = base === null ? nobody : changedIds(byId(base.accounts), byId(catalog.accounts));
  const partners = partnerUnits(catalog, { base, compiler, checking, changedAccounts });
  for (const { found } of partners.values()) addFindings(findings, found);
  const isSame = base !== null && isSameSurroundings(base, catalog);
  const surroundings = isSame ? base.surroundings : surroundingsFor(catalog, { base, means: compiler.means });
  const apps = new Map<AppId, AppUnit>();
  const isTouched = touchedBy({ base, partners, isSame, changedAccounts });
  for (const [index, app] of catalog.apps.entries()) {
    if (findings.problems.length >= problemsMax) break;
    const old = base?.apps.get(app.id);
    const unit =
      old !== undefined && old.app === app && old.index === index && !isTouched(app)
        ? again(old, { isSame, surroundings })
        : freshUnit({ app, index, before: old?.receivers ?? null }, { partners, compiler, checking, surroundings });
    apps.set(app.id, unit);
    addFindings(findings, unit.found);
  }
  for (const unit of partners.values()) {
    unit.templates.checkUnused(unit.found);
    addFindings(findings, unit.found);
  }
  if (findings.problems.length > 0) return { kind: "refused", problems: findings.problems };
  const units: CompiledUnits = { compiler, surroundings, accounts: catalog.accounts, partners, apps };
  return {
    kind: "compiled",
    compiled: {
      revision: catalog.revision,
      catalog,
      apps: new Map([...apps].map(([id, { compiled }]) => [id, compiled])),
      receivers: receiversFor(base, apps, previous),
      partners: surroundings.partners,
      units,
    },
    warnings: findings.warnings,
  };
}

/** What was made of each partner and app, to be taken over by the next revision. */
export type CompiledUnits = {
  readonly compiler: TemplateCompiler;
  readonly surroundings: Surroundings;
  readonly accounts: readonly Account[];
  readonly partners: ReadonlyMap<PartnerId, PartnerUnit>;
  readonly apps: ReadonlyMap<AppId, AppUnit>;
};
type PartnerUnit = {
  readonly partner: Partner;
  readonly index: number;
  readonly found: Findings;
  readonly templates: PartnerTemplates;
};
type AppUnit = AppPlace & { readonly index: number; readonly found: Findings; readonly compiled: CompiledApp };
type Base = CompiledUnits | null;

const isSameCompiler = (one: TemplateCompiler, other: TemplateCompiler): boolean =>
  one.compile === other.compile && one.means.hashes === other.means.hashes && one.means.rates === other.means.rates;

const nobody: ReadonlySet<AccountId> = new Set();

function partnerUnits(
  { partners }: Catalog,
  { base, compiler, checking, changedAccounts }: Touching & Pick<Around, "compiler" | "checking">,
): ReadonlyMap<PartnerId, PartnerUnit> {
  const units = new Map<PartnerId, PartnerUnit>();
  for (const [index, partner] of partners.entries()) {
    const old = base?.partners.get(partner.id);
    const isSame = old?.partner === partner && old.index === index && !changedAccounts.has(partner.accountId);
    if (old !== undefined && isSame) {
      units.set(partner.id, old);
      continue;
    }
    const found = newFindings();
    checkPartnerAt({ findings: found, surroundings: checking, index }, partner);
    const templates = new PartnerTemplates(partner, ["partners", index], compiler);
    units.set(partner.id, { partner, index, found, templates });
  }
  return units;
}

type Touching = { readonly base: Base; readonly changedAccounts: ReadonlySet<AccountId> };

/** Whether an app that is the same refers to what is not. */
function touchedBy({
  base,
  partners,
  isSame,
  changedAccounts,
}: Touching & Pick<CompiledUnits, "partners"> & { readonly isSame: boolean }): (app: App) => boolean {
  if (base === null) return () => true;
  if (isSame) return () => false;
  const changedPartners = changedIds(base.partners, partners);
  return ({ accountId: owner, integrations, grants, customEvents }) =>
    changedAccounts.has(owner) ||
    customEvents.some(({ createdUnder }) => createdUnder !== null && changedPartners.has(createdUnder)) ||
    grants.some(({ accountId }) => changedAccounts.has(accountId)) ||
    integrations.some(
      ({ partnerId, configurator }) =>
        changedPartners.has(partnerId) || (configurator !== null && changedAccounts.has(configurator)),
    );
}

function changedIds<Id>(before: ReadonlyMap<Id, unknown>, after: ReadonlyMap<Id, unknown>): ReadonlySet<Id> {
  return new Set([...before.keys(), ...after.keys()].filter((id) => before.get(id) !== after.get(id)));
}

const byId = <Item extends { readonly id: string }>(items: readonly Item[]): ReadonlyMap<Item["id"], Item> =>
  new Map(items.map((item) => [item.id, item]));

const isSameSurroundings = ({ surroundings, accounts }: CompiledUnits, catalog: Catalog): boolean =>
  surroundings.switches.active === catalog.active &&
  surroundings.partners.size === catalog.partners.length &&
  catalog.partners.every((partner) => surroundings.partners.get(partner.id) === partner) &&
  isSameList(accounts, catalog.accounts);

const isSameList = (one: readonly unknown[], other: readonly unknown[]): boolean =>
  one === other || (one.length === other.length && one.every((item, index) => item === other[index]));

const surroundingsFor = (
  { active, accounts, partners }: Catalog,
  { base, means }: { readonly base: Base; readonly means: Means },
): Surroundings => ({
  switches: { active },
  means,
  partners: byId(partners),
  agencies: new Map(accounts.filter(isAgency).flatMap((account) => account.afPrtNames.map((name) => [name, account]))),
  identities: base?.surroundings.identities ?? new Map(),
  // Of these partners: another revision of one may name other sources.
  sourceTables: new Map(),
  likeRoutes: new LikeRoutes(),
});

const isAgency = ({ kind }: Account): boolean => kind === "agency";

/** Checked already; its closures are made anew where what they look up is another. */
function again(
  old: AppUnit,
  { isSame, surroundings }: { readonly isSame: boolean; readonly surroundings: Surroundings },
): AppUnit {
  return isSame ? old : { ...old, compiled: compileApp(surroundings, old) };
}

type Around = {
  readonly partners: ReadonlyMap<PartnerId, PartnerUnit>;
  readonly compiler: TemplateCompiler;
  readonly checking: AppSurroundings;
  readonly surroundings: Surroundings;
};

function freshUnit(
  { app, index, before }: Pick<AppUnit, "app" | "index"> & { readonly before: AppPlace["receivers"] | null },
  around: Around,
): AppUnit {
  const { partners, compiler, checking, surroundings } = around;
  const found = newFindings();
  checkAppAt({ findings: found, surroundings: checking, index }, app);
  const tables = app.integrations.map((integration, at) => {
    const path = ["apps", index, "integrations", at, "templates"];
    const owner = integration.configurator ?? app.accountId;
    return partners.get(integration.partnerId)?.templates.tableFor(integration, { path, owner }, found) ?? [];
  });
  const ruleTemplates = compileRuleTemplates(app, index, { ...compiler, findings: found });
  const receivers = receiversOf(app, surroundings.partners, before);
  const place: AppPlace = { app, tables, ruleTemplates, receivers };
  return { ...place, index, found, compiled: compileApp(surroundings, place) };
}

/** A copy of the map before with what changed: a hundred thousand names are put together anew only at the start. */
function receiversFor(
  base: Base,
  apps: ReadonlyMap<AppId, AppUnit>,
  previous: CompiledCatalog | null,
): ReadonlyMap<ReceiverId, Receiver> {
  if (base === null || previous === null)
    return new Map([...apps.values()].flatMap(({ receivers }) => receivers.map((receiver) => [receiver.id, receiver])));
  const gone = [...base.apps.values()].filter(({ app, receivers }) => apps.get(app.id)?.receivers !== receivers);
  const fresh = [...apps.values()].filter(({ app, receivers }) => base.apps.get(app.id)?.receivers !== receivers);
  if (gone.length === 0 && fresh.length === 0) return previous.receivers;
  const all = new Map(previous.receivers);
  for (const { receivers } of gone) for (const { id } of receivers) all.delete(id);
  for (const { receivers } of fresh) for (const receiver of receivers) all.set(receiver.id, receiver);
  return all;
}
