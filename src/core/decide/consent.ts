import { isJsonObject } from "#src/core/parse-json.ts";
import { readFlag } from "#src/core/read-event-field.ts";
import type { EventFacts } from "./event-facts.ts";
import type { Step } from "./step.ts";
import type { Target } from "./terms.ts";

/** The event names the partner, by its id or one of its media sources, or `all` (AppsFlyer S2S). */
export const sharingFiltered: Step<Target> = {
  reason: "sharing_filtered",
  skips: ({ terms: { partner } }, { event: { sharingFilter } }) =>
    sharingFilter !== null &&
    (sharingFilter === "all" ||
      sharingFilter.includes(partner.id) ||
      partner.mediaSources.some((source) => sharingFilter.includes(source))),
  describe: ({ terms: { partner } }, { event: { sharingFilter } }) => ({
    expected: `sharing_filter names neither ${partner.id} nor all`,
    actual:
      sharingFilter === null
        ? "no sharing_filter"
        : `it names ${sharingFilter === "all" ? "all" : sharingFilter.join(", ")}`,
    setBy: null,
  }),
  restsOnInstall: null,
};

export const consentDenied: Step<Target> = {
  reason: "consent_denied",
  skips: ({ terms: { app } }, facts) => {
    const consent = consentOf(facts);
    return consent === "denied" || (consent === "absent" && app.app.requiresConsent);
  },
  describe: ({ terms: { app } }, facts) => ({
    expected: app.app.requiresConsent ? "consent was given" : "consent was not refused",
    actual: `consent ${consentOf(facts)}`,
    setBy: `apps[${app.index}].requires_consent`,
  }),
  restsOnInstall: null,
};

/**
 * What the user said, in AppsFlyer's forms: `consent_data.manual`, the same flags in `consent_data`
 * itself, or as members of the event (raw data of the Pull API). One refusal is a refusal; where the
 * GDPR does not apply nothing is refused. A TCF string is not read: only its `gdpr_applies` counts.
 */
function consentOf({ event: { consent, extra } }: EventFacts): "given" | "denied" | "absent" {
  let verdict: "given" | "absent" = "absent";
  for (const said of [consent?.["manual"], consent?.["tcf"], consent, extra]) {
    if (!isJsonObject(said)) continue;
    if (readFlag(said["gdpr_applies"]) === false) return "given";
    const flags = [readFlag(said["ad_user_data_enabled"]), readFlag(said["ad_personalization_enabled"])];
    if (flags.includes(false)) return "denied";
    if (flags.includes(true)) verdict = "given";
  }
  return verdict;
}
