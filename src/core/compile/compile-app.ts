import type { Account, App, Catalog, Partner } from "#src/core/catalog/catalog.ts";
import type { AppTerms, TargetIdentity } from "#src/core/decide/app-terms.ts";
import { decideEvent } from "#src/core/decide/decide-event.ts";
import { markOf } from "#src/core/decide/decide-rule.ts";
import { explainEvent } from "#src/core/decide/explain-event.ts";
import { newPlans, sharePlans } from "#src/core/decide/plans.ts";
import { previewEvent } from "#src/core/decide/preview-event.ts";
import type { AppRoutes } from "#src/core/decide/routes.ts";
import { isOnce } from "#src/core/decide/rule-steps.ts";
import type { SourceTables } from "#src/core/decide/source-tables.ts";
import type { TemplateTable } from "#src/core/decide/template-table.ts";
import type { IntegrationTerms } from "#src/core/decide/terms.ts";
import { testDevicesOf } from "#src/core/decide/test-devices.ts";
import type { DecisionInputs, Explanation, Preview, Verdict } from "#src/core/decide/verdict.ts";
import type { Event } from "#src/core/events/event.ts";
import type { AccountId, PartnerId } from "#src/core/ids.ts";
import { invariant } from "#src/core/invariant.ts";
import { noRates } from "#src/core/money/exchange-rates.ts";
import { revenueFieldsOf, revenueNames } from "#src/core/money/revenue-names.ts";
import type { OnceMark } from "#src/core/postbacks/once-mark.ts";
import type { Receiver } from "#src/core/postbacks/receiver.ts";
import { integrationReceiverId } from "#src/core/postbacks/target-key.ts";
import type { CompiledTemplate } from "#src/core/templates/template.ts";
import { ruleReceiver, ruleTermsOf } from "./compile-rules.ts";
import type { CompiledApp } from "./compiled-catalog.ts";
import type { LikeRoutes } from "./like-routes.ts";
import type { Means } from "./means.ts";

/** What apps look up that does not stand in them. It outlives the revision, and so holds nothing of a catalog but this. */
export type Surroundings = {
  readonly switches: Pick<Catalog, "active">;
  readonly means: Means;
  readonly partners: ReadonlyMap<PartnerId, Partner>;
  readonly agencies: ReadonlyMap<string, Account>;
  readonly identities: Map<string, TargetIdentity>;
  readonly sourceTables: SourceTables;
  readonly likeRoutes: LikeRoutes;
};

export type AppPlace = {
  readonly app: App;
  readonly tables: readonly TemplateTable[];
  readonly ruleTemplates: readonly (CompiledTemplate | null)[];
  /** Of its integrations, in their order, and behind them of its rules. */
  readonly receivers: readonly Receiver[];
};

/** `before` is answered where nothing of a receiver is another, as after an edit of a mapping. */
export function receiversOf(
  app: App,
  partners: ReadonlyMap<PartnerId, Partner>,
  before: readonly Receiver[] | null,
): readonly Receiver[] {
  const ofIntegrations = app.integrations.flatMap(({ partnerId, configurator }): Receiver[] => {
    const partner = partners.get(partnerId);
    // Refused by the check of references; what was found is told with the rest.
    return partner === undefined ? [] : [integrationReceiver(app, partner, configurator)];
  });
  const receivers = [...ofIntegrations, ...app.rules.map((rule) => ruleReceiver(app.id, rule))];
  return before !== null && isSameReceivers(before, receivers) ? before : receivers;
}

const integrationReceiver = (app: App, partner: Partner, configurator: AccountId | null): Receiver => ({
  id: integrationReceiverId(app.id, partner.id, configurator),
  appId: app.id,
  partnerId: partner.id,
  ruleId: null,
  limits: partner.limits,
  success: partner.success,
  retryPolicy: partner.retryPolicy,
  expiresAfterMs: partner.expiresAfterMs,
  idHeaders: partner.idHeaders,
});

const isSameReceivers = (before: readonly Receiver[], after: readonly Receiver[]): boolean =>
  before.length === after.length &&
  after.every((receiver, place) => {
    const old = before[place];
    return (
      old !== undefined &&
      old.id === receiver.id &&
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
    return explainEvent(this.#own(), event, inputs);
  }

  preview(event: Event): readonly Preview[] {
    return previewEvent(this.#own(), event);
  }

  #ready(): AppRoutes {
    this.#routes ??= sharedRoutesOf(this.#surroundings, this.#place);
    return this.#routes;
  }

  /** Told to people, with the paths of its own settings. */
  #own(): AppRoutes {
    const routes = this.#ready();
    return routes.integrations.every(({ app }) => app === routes.app)
      ? routes
      : routesOf(this.#place, termsOf(this.#surroundings, this.#place), this.#surroundings);
  }
}

export const compileApp = (surroundings: Surroundings, place: AppPlace): CompiledApp =>
  new AppOfRoutes(surroundings, place);

/** Of two apps that are alike the second takes what was put together for the integrations of the first, but for who receives. */
function sharedRoutesOf(surroundings: Surroundings, place: AppPlace): AppRoutes {
  const app = termsOf(surroundings, place);
  const like = surroundings.likeRoutes.find(place);
  if (like !== null) {
    sharePlans(like.plans);
    return { ...like, app, rules: rulesOf(place, app), receivers: place.receivers };
  }
  const routes = routesOf(place, app, surroundings);
  surroundings.likeRoutes.add(place, routes);
  return routes;
}

function termsOf(surroundings: Surroundings, { app }: AppPlace): AppTerms {
  const isRevenue = revenueNames(app.revenueProperties);
  return {
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
}

function routesOf(place: AppPlace, terms: AppTerms, { partners }: Pick<Surroundings, "partners">): AppRoutes {
  const { app, tables, receivers } = place;
  const integrations = app.integrations.map((_, at) =>
    integrationTerms(terms, { at, templates: tables[at] ?? [] }, partners),
  );
  return { app: terms, integrations, plans: newPlans(), rules: rulesOf(place, terms), receivers };
}

const rulesOf = ({ app, ruleTemplates: templates, receivers }: AppPlace, terms: AppTerms): AppRoutes["rules"] =>
  app.rules.length === 0
    ? noRules
    : ruleTermsOf(terms, { templates, receivers: receivers.slice(app.integrations.length) });

const noRules: AppRoutes["rules"] = [];

function integrationTerms(
  app: AppTerms,
  { at, templates }: { readonly at: number; readonly templates: TemplateTable },
  partners: Surroundings["partners"],
): IntegrationTerms {
  const integration = app.app.integrations[at];
  invariant(integration !== undefined, "a place is one among the integrations");
  const { partnerId, configurator } = integration;
  return {
    app,
    place: at,
    integration,
    partner: partnerOf(partners, partnerId),
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
