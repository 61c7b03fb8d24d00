import type { DataSharing, EventMapping } from "#src/core/catalog/catalog.ts";
import { isAttributedTo } from "./attribution.ts";
import type { EventFacts } from "./event-facts.ts";
import { appPath } from "./setting-paths.ts";
import type { Step } from "./step.ts";
import type { IntegrationTerms, Target } from "./terms.ts";

/**
 * What an advertiser lets the agency share. The list of event names is one of in-app events (seed
 * 003); conversions need a grant, and attribution where it says so. Whether the agency may *configure*
 * is a matter of permissions when the catalog is changed, not of a decision.
 */
export const notGranted: Step<Target> = {
  reason: "not_granted",
  concerns: ({ terms }) => terms.integration.configurator !== null,
  skips: (target, facts) => whatIsMissing(target, facts) !== null,
  describe: (target, facts) => ({
    expected: "the advertiser's own integration, or a grant for this event and its source",
    actual:
      whatIsMissing(target, facts) ??
      (target.terms.integration.configurator === null
        ? "the integration is the advertiser's own"
        : "there is a grant for it"),
    setBy: grantPath(target.terms),
  }),
  restsOnInstall: (facts) => facts.mediaSource === null,
};

/** Where the configurator's grant stands, or would stand. */
const grantPath = ({ app, integration: { configurator } }: IntegrationTerms): string =>
  `${appPath(app)}.grants${configurator === null ? "" : `[${configurator}]`}`;

function whatIsMissing({ terms }: Target, facts: EventFacts): string | null {
  const { grant, integration } = terms;
  if (integration.configurator === null) return null;
  if (grant === null) return "no grant for this account";
  if (!facts.isConversion && grant.eventNames !== "*" && !grant.eventNames.includes(facts.event.name)) {
    return "the grant does not name this event";
  }
  if (grant.shareEvents === "attributed_only" && !isAttributedTo(terms, facts)) {
    return "the grant is for events attributed to the partner";
  }
  return null;
}

/** Whether the configurator may know what was paid: the advertiser, and an agency whose grant says so. */
export const isRevenueGranted = ({ integration, grant }: IntegrationTerms): boolean =>
  integration.configurator === null || grant?.shareRevenue === true;

/** The lesser of what the mapping says (the integration, without one) and what the grant allows. */
export function dataSharingOf(terms: IntegrationTerms, mapping: EventMapping | null): DataSharing {
  const wanted = mapping?.dataSharing ?? terms.integration.inApp.dataSharing;
  if (isRevenueGranted(terms)) return wanted;
  return wanted === "values_and_revenue" ? "values_without_revenue" : wanted;
}
