import type { EventFacts } from "./event-facts.ts";
import { hasMapping } from "./find-targets.ts";
import { inAppPath, integrationPath, type Step } from "./step.ts";
import type { IntegrationTerms } from "./terms.ts";

/** Steps 1 to 6 of the table: those that look at an integration as a whole. */
export const integrationSteps: readonly Step<IntegrationTerms>[] = [
  {
    reason: "integration_inactive",
    skips: (terms) => whatIsOff(terms) !== null,
    describe: (terms) => {
      const off = whatIsOff(terms);
      return {
        expected: "everything, the app, the partner and the integration are switched on",
        actual: off === null ? "all are on" : `${off.what} is switched off`,
        setBy: off?.path ?? `${integrationPath(terms)}.active`,
      };
    },
    restsOnInstall: null,
  },
  {
    reason: "test_traffic",
    skips: (terms, facts) => facts.isTest && !terms.integration.takesTests,
    describe: (terms, facts) => ({
      expected: terms.integration.takesTests ? "test traffic is taken" : "no test traffic",
      actual: facts.isTest ? "marked as a test, or of a test device" : "not a test",
      setBy: `${integrationPath(terms)}.takes_tests`,
    }),
    restsOnInstall: null,
  },
  {
    reason: "other_configurator",
    skips: belongsToAnother,
    describe: (terms, facts) => ({
      expected:
        terms.integration.configurator === null
          ? "no event of an agency with an active integration of its own"
          : `an event of ${terms.integration.configurator}`,
      actual: facts.afPrt === null ? "af_prt is not told" : `af_prt is ${facts.afPrt}`,
      setBy: `${integrationPath(terms)}.configurator`,
    }),
    restsOnInstall: (facts) => facts.afPrt === null,
  },
  {
    reason: "kind_off",
    skips: (terms, facts) => kindThatIsOff(terms, facts) !== null,
    describe: (terms, facts) => {
      const off = kindThatIsOff(terms, facts);
      return {
        expected: "this kind of event is switched on",
        actual: off === null ? "it is" : `${off.what} are off`,
        setBy: off?.path ?? kindPath(terms, facts),
      };
    },
    restsOnInstall: null,
  },
  {
    reason: "excluded_event",
    skips: (terms, facts) => terms.integration.inApp.mappingMethod === "as_is_all" && isExcluded(facts),
    describe: (terms, facts) => ({
      expected: "as is, all: no af_app_opened, uninstall or session",
      actual: `${facts.event.type} ${facts.event.name}, mapped by ${terms.integration.inApp.mappingMethod}`,
      setBy: `${inAppPath(terms)}.mapping_method`,
    }),
    restsOnInstall: null,
  },
  {
    reason: "not_mapped",
    skips: (terms, facts) => !hasMapping(terms, facts),
    describe: (terms, facts) => ({
      expected: facts.isConversion ? "conversions need no mapping" : "a mapping for this event name, in the same case",
      actual: hasMapping(terms, facts) ? "there is one" : `none for ${facts.event.name}`,
      setBy: `${integrationPath(terms)}.mappings`,
    }),
    restsOnInstall: null,
  },
];

type WhatIsOff = { readonly what: string; readonly path: string };

function whatIsOff(terms: IntegrationTerms): WhatIsOff | null {
  const { app, partner, integration } = terms;
  if (!app.catalog.active) return { what: "everything", path: "active" };
  if (!app.app.active) return { what: "the app", path: `apps[${app.index}].active` };
  if (!partner.active) {
    return { what: "the partner", path: `partners[${app.catalog.partners.indexOf(partner)}].active` };
  }
  return integration.active ? null : { what: "the integration", path: `${integrationPath(terms)}.active` };
}

/**
 * An agency's integration takes events of that agency, the advertiser's takes those of no agency and
 * those of agencies that have no active integration with this partner. So an event has one at most.
 */
function belongsToAnother(terms: IntegrationTerms, facts: EventFacts): boolean {
  const agency = facts.afPrt === null ? undefined : terms.app.agencies.get(facts.afPrt);
  const { configurator } = terms.integration;
  if (configurator !== null) return agency?.id !== configurator;
  return agency !== undefined && terms.agenciesBeside.has(agency.id);
}

function kindThatIsOff(terms: IntegrationTerms, facts: EventFacts): WhatIsOff | null {
  const { installPostbacks, inApp } = terms.integration;
  if (facts.isConversion && installPostbacks === "off") {
    return { what: "install postbacks", path: `${integrationPath(terms)}.install_postbacks` };
  }
  if (!facts.isConversion && !inApp.active) {
    return { what: "in-app postbacks", path: `${inAppPath(terms)}.active` };
  }
  if (facts.isRejected && !inApp.rejectedEvents) {
    return { what: "rejected events", path: `${inAppPath(terms)}.rejected_events` };
  }
  return null;
}

const kindPath = (terms: IntegrationTerms, facts: EventFacts): string =>
  facts.isConversion ? `${integrationPath(terms)}.install_postbacks` : `${inAppPath(terms)}.active`;

/** What *as is, all* never takes (seed 003). */
const isExcluded = ({ event }: EventFacts): boolean =>
  event.name === "af_app_opened" || event.type === "uninstall" || event.type === "session";
