import type { Account, App, Catalog, Integration, Partner } from "./catalog.ts";
import { checkCatalog } from "./check-catalog/check-catalog.ts";
import { compileRuleTemplates, ruleReceiver, ruleTermsOf } from "./compile-rules.ts";
import { compileTemplate } from "./compile-template.ts";
import { compileTemplateTables } from "./compile-template-tables.ts";
import type { CompiledApp, CompiledCatalog } from "./compiled-catalog.ts";
import { decideEvent } from "./decide/decide-event.ts";
import { markOf } from "./decide/decide-rule.ts";
import { explainEvent } from "./decide/explain-event.ts";
import { previewEvent } from "./decide/preview-event.ts";
import type { AppRoutes } from "./decide/routes.ts";
import { isOnce } from "./decide/rule-steps.ts";
import type { TemplateTable } from "./decide/template-table.ts";
import type { AppTerms, IntegrationTerms, TargetIdentity } from "./decide/terms.ts";
import { testDevicesOf } from "./decide/test-devices.ts";
import type { Hashes } from "./hashes.ts";
import type { AccountId, PartnerId, ReceiverId } from "./ids.ts";
import { invariant } from "./invariant.ts";
import type { Problem } from "./problem.ts";
import type { Receiver } from "./receiver.ts";
import { revenueFieldsOf, revenueNames } from "./revenue-names.ts";
import { integrationReceiverId } from "./target-key.ts";
import type { CompiledTemplate, CompileTemplate } from "./template.ts";

export type CatalogCompilation =
  | { readonly kind: "compiled"; readonly compiled: CompiledCatalog; readonly warnings: readonly Problem[] }
  | { readonly kind: "refused"; readonly problems: readonly Problem[] };

/** Checks a catalog whole and makes it ready to decide, or refuses it with all that is wrong. */
export const compileCatalog = (catalog: Catalog, hashes: Hashes): CatalogCompilation =>
  compileCatalogWith(compileTemplate, catalog, hashes);

/** The same with another compiler of templates. */
export function compileCatalogWith(compile: CompileTemplate, catalog: Catalog, hashes: Hashes): CatalogCompilation {
  const findings = checkCatalog(catalog);
  const tables = compileTemplateTables(catalog, { compile, hashes, findings });
  const ruleTemplates = compileRuleTemplates(catalog, { compile, hashes, findings });
  if (findings.problems.length > 0) return { kind: "refused", problems: findings.problems };

  const surroundings: Surroundings = {
    catalog,
    hashes,
    partners: new Map(catalog.partners.map((partner) => [partner.id, partner])),
    agencies: new Map(
      catalog.accounts.filter(isAgency).flatMap((account) => account.afPrtNames.map((name) => [name, account])),
    ),
    receivers: new Map(),
    wholeIdentities: new Map(),
  };
  for (const app of catalog.apps) addReceivers(app, surroundings);
  const apps = new Map(
    catalog.apps.map((app, index) => [
      app.id,
      compileApp(surroundings, {
        app,
        index,
        tables: tables[index] ?? [],
        ruleTemplates: ruleTemplates[index] ?? [],
      }),
    ]),
  );
  const { revision } = catalog;
  const compiled = { revision, catalog, apps, receivers: surroundings.receivers };
  return { kind: "compiled", compiled, warnings: findings.warnings };
}

type Surroundings = {
  readonly catalog: Catalog;
  readonly hashes: Hashes;
  readonly partners: ReadonlyMap<PartnerId, Partner>;
  readonly agencies: ReadonlyMap<string, Account>;
  readonly receivers: Map<ReceiverId, Receiver>;
  readonly wholeIdentities: Map<string, TargetIdentity>;
};

type AppPlace = {
  readonly app: App;
  readonly index: number;
  readonly tables: readonly TemplateTable[];
  readonly ruleTemplates: readonly (CompiledTemplate | null)[];
};

const isAgency = ({ kind }: Account): boolean => kind === "agency";

function addReceivers(app: App, { partners, receivers }: Surroundings): void {
  for (const { partnerId, configurator } of app.integrations) {
    const partner = partnerOf(partners, partnerId);
    const id = integrationReceiverId(app.id, partnerId, configurator);
    receivers.set(id, {
      id,
      appId: app.id,
      partnerId,
      ruleId: null,
      limits: partner.limits,
      success: partner.success,
      retryPolicy: partner.retryPolicy,
      expiresAfterMs: partner.expiresAfterMs,
      idHeaders: partner.idHeaders,
    });
  }
  for (const rule of app.rules) {
    const receiver = ruleReceiver(app.id, rule);
    receivers.set(receiver.id, receiver);
  }
}

/**
 * An app's terms are put together when its first event comes: of ten thousand apps most are quiet,
 * and a catalog that is only checked makes none.
 */
function compileApp(surroundings: Surroundings, place: AppPlace): CompiledApp {
  let routes: AppRoutes | null = null;
  const ready = (): AppRoutes => {
    routes ??= routesOf(surroundings, place);
    return routes;
  };
  return {
    app: place.app,
    decide: (event, inputs) => decideEvent(ready(), event, inputs),
    marksOf: (event) => ready().rules.flatMap((rule) => (isOnce(rule) ? (markOf(rule, event) ?? []) : [])),
    explain: (event, inputs) => explainEvent(ready(), event, inputs),
    preview: (event) => previewEvent(ready(), event),
  };
}

function routesOf(surroundings: Surroundings, { app, index, tables, ruleTemplates }: AppPlace): AppRoutes {
  const isRevenue = revenueNames(app.revenueProperties);
  const terms: AppTerms = {
    catalog: surroundings.catalog,
    app,
    index,
    isRevenue,
    revenueFields: revenueFieldsOf(isRevenue),
    testDevices: testDevicesOf(app.testDevices),
    agencies: surroundings.agencies,
    hashes: surroundings.hashes,
    wholeIdentities: surroundings.wholeIdentities,
    plans: new Map(),
    planCount: { value: 0 },
  };
  const integrations = app.integrations.map((integration, place) =>
    integrationTerms(surroundings, terms, { integration, index: place, templates: tables[place] ?? [] }),
  );
  const { receivers } = surroundings;
  return { app: terms, integrations, rules: ruleTermsOf(terms, { templates: ruleTemplates, receivers }) };
}

type IntegrationPlace = {
  readonly integration: Integration;
  readonly index: number;
  readonly templates: TemplateTable;
};

function integrationTerms(
  { partners, receivers }: Surroundings,
  app: AppTerms,
  { integration, index, templates }: IntegrationPlace,
): IntegrationTerms {
  const { partnerId, configurator } = integration;
  const receiver = receivers.get(integrationReceiverId(app.app.id, partnerId, configurator));
  invariant(receiver !== undefined, "every integration has a receiver");
  return {
    app,
    integration,
    index,
    partner: partnerOf(partners, partnerId),
    receiver,
    grant: app.app.grants.find(({ accountId }) => accountId === configurator) ?? null,
    agenciesBeside: configurator === null ? agenciesWith(app.app, partnerId) : nobody,
    templates,
    whole: null,
    targets: [],
  };
}

const nobody: ReadonlySet<AccountId> = new Set();

function agenciesWith(app: App, partnerId: PartnerId): ReadonlySet<AccountId> {
  const agencies = app.integrations.flatMap((integration) =>
    integration.partnerId === partnerId && integration.active && integration.configurator !== null
      ? [integration.configurator]
      : [],
  );
  return agencies.length === 0 ? nobody : new Set(agencies);
}

function partnerOf(partners: ReadonlyMap<PartnerId, Partner>, id: PartnerId): Partner {
  const partner = partners.get(id);
  invariant(partner !== undefined, "references were checked");
  return partner;
}
