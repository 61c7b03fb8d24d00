import type { EventShape } from "./event-shape.ts";
import { hasMapping } from "./find-targets.ts";
import { appPath, inAppPath, integrationPath } from "./setting-paths.ts";
import type { Step } from "./step.ts";
import type { IntegrationTerms } from "./terms.ts";

/** Steps 1 to 6 of the table: those that look at an integration as a whole. */
export const integrationSteps: readonly Step<IntegrationTerms, EventShape>[] = [
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
    skips: (terms, shape) => shape.isTest && !terms.integration.takesTests,
    describe: (terms, shape) => ({
      expected: terms.integration.takesTests ? "test traffic is taken" : "no test traffic",
      actual: shape.isTest ? "marked as a test, or of a test device" : "not a test",
      setBy: `${integrationPath(terms)}.takes_tests`,
    }),
    restsOnInstall: null,
  },
  {
    reason: "other_configurator",
    skips: belongsToAnother,
    describe: (terms, shape) => ({
      expected:
        terms.integration.configurator === null
          ? "no event of an agency with an active integration of its own"
          : `an event of ${terms.integration.configurator}`,
      actual: shape.afPrt === null ? "af_prt is not told" : `af_prt is ${shape.afPrt}`,
      setBy: `${integrationPath(terms)}.configurator`,
    }),
    restsOnInstall: ({ afPrt }) => afPrt === null,
  },
  {
    reason: "kind_off",
    skips: (terms, shape) => kindThatIsOff(terms, shape) !== null,
    describe: (terms, shape) => {
      const off = kindThatIsOff(terms, shape);
      return {
        expected: "this kind of event is switched on",
        actual: off === null ? `${kindText(shape)} are on` : `${off.what} are off`,
        setBy: off?.path ?? kindPath(terms, shape),
      };
    },
    restsOnInstall: null,
  },
  {
    reason: "excluded_event",
    skips: (terms, shape) => terms.integration.inApp.mappingMethod === "as_is_all" && isExcluded(shape),
    describe: (terms, shape) => ({
      expected: "as is, all: no af_app_opened, uninstall or session",
      actual: `${shape.type} ${shape.name}, mapped by ${terms.integration.inApp.mappingMethod}`,
      setBy: `${inAppPath(terms)}.mapping_method`,
    }),
    restsOnInstall: null,
  },
  {
    reason: "not_mapped",
    skips: (terms, shape) => !hasMapping(terms, shape),
    describe: (terms, shape) => ({
      expected: shape.isConversion ? "conversions need no mapping" : "a mapping for this event name, in the same case",
      actual: mappingText(terms, shape),
      setBy: `${integrationPath(terms)}.mappings`,
    }),
    restsOnInstall: null,
  },
];

type WhatIsOff = { readonly what: string; readonly path: string };

function whatIsOff(terms: IntegrationTerms): WhatIsOff | null {
  const { app, partner, integration } = terms;
  if (!app.catalog.active) return { what: "everything", path: "active" };
  if (!app.app.active) return { what: "the app", path: `${appPath(app)}.active` };
  if (!partner.active) {
    return { what: "the partner", path: `partners[${partner.id}].active` };
  }
  return integration.active ? null : { what: "the integration", path: `${integrationPath(terms)}.active` };
}

/**
 * An agency's integration takes events of that agency, the advertiser's takes those of no agency and
 * those of agencies that have no active integration with this partner. So an event has one at most.
 */
function belongsToAnother(terms: IntegrationTerms, shape: EventShape): boolean {
  const agency = shape.afPrt === null ? undefined : terms.app.agencies.get(shape.afPrt);
  const { configurator } = terms.integration;
  if (configurator !== null) return agency?.id !== configurator;
  return agency !== undefined && terms.agenciesBeside.has(agency.id);
}

function kindThatIsOff(terms: IntegrationTerms, shape: EventShape): WhatIsOff | null {
  const { installPostbacks, inApp } = terms.integration;
  if (shape.isConversion && installPostbacks === "off") {
    return { what: "install postbacks", path: `${integrationPath(terms)}.install_postbacks` };
  }
  if (!shape.isConversion && !inApp.active) {
    return { what: "in-app postbacks", path: `${inAppPath(terms)}.active` };
  }
  if (shape.isRejected && !inApp.rejectedEvents) {
    return { what: "rejected events", path: `${inAppPath(terms)}.rejected_events` };
  }
  return null;
}

const mappingText = (terms: IntegrationTerms, shape: EventShape): string => {
  if (shape.isConversion) return "a conversion";
  return `${hasMapping(terms, shape) ? "there is a mapping" : "none"} for ${shape.name}`;
};

const kindText = ({ isConversion, isRejected }: EventShape): string => {
  if (isConversion) return "install postbacks";
  return isRejected ? "rejected events" : "in-app postbacks";
};

const kindPath = (terms: IntegrationTerms, shape: EventShape): string =>
  shape.isConversion ? `${integrationPath(terms)}.install_postbacks` : `${inAppPath(terms)}.active`;

/** What *as is, all* never takes (seed 003). */
const isExcluded = ({ type, name }: EventShape): boolean =>
  name === "af_app_opened" || type === "uninstall" || type === "session";
