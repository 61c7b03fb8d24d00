import type { Account, App, Catalog, Integration, Partner } from "#src/core/catalog/catalog.ts";
import type { AppTerms, TargetIdentity } from "#src/core/decide/app-terms.ts";
import { decideEvent } from "#src/core/decide/decide-event.ts";
import { markOf } from "#src/core/decide/decide-rule.ts";
import { explainEvent } from "#src/core/decide/explain-event.ts";
import { newPlans } from "#src/core/decide/plans.ts";
import { previewEvent } from "#src/core/decide/preview-event.ts";
import type { AppRoutes } from "#src/core/decide/routes.ts";
import { isOnce } from "#src/core/decide/rule-steps.ts";
import type { SourceTables } from "#src/core/decide/source-tables.ts";
import type { TemplateTable } from "#src/core/decide/template-table.ts";
import type { IntegrationTerms } from "#src/core/decide/terms.ts";
import { testDevicesOf } from "#src/core/decide/test-devices.ts";
import type { DecisionInputs, Explanation, Preview, Verdict } from "#src/core/decide/verdict.ts";
import type { Event } from "#src/core/events/event.ts";
import type { AccountId, PartnerId, ReceiverId } from "#src/core/ids.ts";
import { invariant } from "#src/core/invariant.ts";
import { noRates } from "#src/core/money/exchange-rates.ts";
import { revenueFieldsOf, revenueNames } from "#src/core/money/revenue-names.ts";
import type { OnceMark } from "#src/core/postbacks/once-mark.ts";
import type { Receiver } from "#src/core/postbacks/receiver.ts";
import { integrationReceiverId } from "#src/core/postbacks/target-key.ts";
import type { CompiledTemplate } from "#src/core/templates/template.ts";
import { ruleReceiver, ruleTermsOf } from "./compile-rules.ts";
import type { CompiledApp } from "./compiled-catalog.ts";
import type { Means } from "./means.ts";

/** What apps look up that does not stand in them. It outlives the revision, and so holds nothing of a catalog but this. */
export type Surroundings = {
  readonly switches: Pick<Catalog, "active">;
  readonly means: Means;
  readonly partners: ReadonlyMap<PartnerId, Partner>;
  readonly agencies: ReadonlyMap<string, Account>;
  readonly identities: Map<string, TargetIdentity>;
  readonly sourceTables: SourceTables;
};

export type AppPlace = {
  readonly app: App;
  readonly tables: readonly TemplateTable[];
  readonly ruleTemplates: readonly (CompiledTemplate | null)[];
  readonly receivers: ReadonlyMap<ReceiverId, Receiver>;
};

/** `before` is answered where nothing of a receiver is another, as after an edit of a mapping. */
export function receiversOf(
  app: App,
  partners: ReadonlyMap<PartnerId, Partner>,
  before: ReadonlyMap<ReceiverId, Receiver> | null,
): ReadonlyMap<ReceiverId, Receiver> {
  const receivers = new Map<ReceiverId, Receiver>();
  for (const { partnerId, configurator } of app.integrations) {
    const partner = partners.get(partnerId);
    // Refused by the check of references; what was found is told with the rest.
    if (partner === undefined) continue;
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
  return before !== null && isSameReceivers(before, receivers) ? before : receivers;
}

const isSameReceivers = (
  before: ReadonlyMap<ReceiverId, Receiver>,
  after: ReadonlyMap<ReceiverId, Receiver>,
): boolean =>
  before.size === after.size &&
  [...after].every(([id, receiver]) => {
    const old = before.get(id);
    return (
      old !== undefined &&
      old.limits === receiver.limits &&
      old.success === receiver.success &&
      old.retryPolicy === receiver.retryPolicy &&
      old.expiresAfterMs === receiver.expiresAfterMs &&
      old.idHeaders === receiver.idHeaders
    );
  });

/**
 * An app's terms are put together when its first event comes: of ten thousand apps most are quiet,
 * and a catalog that is only checked makes none.
 */
class AppOfRoutes implements CompiledApp {
  readonly app: App;
  readonly #surroundings: Surroundings;
  readonly #place: AppPlace;
  #routes: AppRoutes | null = null;

  constructor(surroundings: Surroundings, place: AppPlace) {
    this.app = place.app;
    this.#surroundings = surroundings;
    this.#place = place;
  }

  decide(event: Event, inputs: DecisionInputs): Verdict {
    return decideEvent(this.#ready(), event, inputs);
  }

  marksOf(event: Event): readonly OnceMark[] {
    return this.#ready().rules.flatMap((rule) => (isOnce(rule) ? (markOf(rule, event) ?? []) : []));
  }

  explain(event: Event, inputs: DecisionInputs): readonly Explanation[] {
    return explainEvent(this.#ready(), event, inputs);
  }

  preview(event: Event): readonly Preview[] {
    return previewEvent(this.#ready(), event);
  }

  #ready(): AppRoutes {
    this.#routes ??= routesOf(this.#surroundings, this.#place);
    return this.#routes;
  }
}

export const compileApp = (surroundings: Surroundings, place: AppPlace): CompiledApp =>
  new AppOfRoutes(surroundings, place);

function routesOf(surroundings: Surroundings, place: AppPlace): AppRoutes {
  const { app, tables, ruleTemplates, receivers } = place;
  const isRevenue = revenueNames(app.revenueProperties);
  const terms: AppTerms = {
    catalog: surroundings.switches,
    app,
    isRevenue,
    revenueFields: revenueFieldsOf(isRevenue),
    testDevices: testDevicesOf(app.testDevices),
    agencies: surroundings.agencies,
    hashes: surroundings.means.hashes,
    rates: surroundings.means.rates ?? noRates,
    identities: surroundings.identities,
    sourceTables: surroundings.sourceTables,
  };
  const integrations = app.integrations.map((integration, at) =>
    integrationTerms({ ...place, partners: surroundings.partners }, terms, {
      integration,
      templates: tables[at] ?? [],
    }),
  );
  const rules = ruleTermsOf(terms, { templates: ruleTemplates, receivers });
  return { app: terms, integrations, plans: newPlans(), rules };
}

type IntegrationPlace = {
  readonly integration: Integration;
  readonly templates: TemplateTable;
};

function integrationTerms(
  { partners, receivers }: Pick<Surroundings, "partners"> & Pick<AppPlace, "receivers">,
  app: AppTerms,
  { integration, templates }: IntegrationPlace,
): IntegrationTerms {
  const { partnerId, configurator } = integration;
  const receiver = receivers.get(integrationReceiverId(app.app.id, partnerId, configurator));
  invariant(receiver !== undefined, "every integration has a receiver");
  return {
    app,
    integration,
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
