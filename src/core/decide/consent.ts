import { appPath } from "./setting-paths.ts";
import type { Step } from "./step.ts";
import type { Target } from "./terms.ts";

/** The event names the partner, by its id or one of its media sources, or `all` (AppsFlyer S2S). */
export const sharingFiltered: Step<Target> = {
  reason: "sharing_filtered",
  skips: ({ terms }, { event: { sharingFilter } }) =>
    sharingFilter !== null &&
    (sharingFilter === "all" ||
      sharingFilter.includes(terms.partner.id) ||
      terms.partner.mediaSources.some((source) => sharingFilter.includes(source))),
  describe: ({ terms: { partner } }, { event: { sharingFilter } }) => ({
    expected: `sharing_filter names neither ${partner.id} nor all`,
    actual: sharingFilter === null ? "no sharing_filter" : `it names ${[sharingFilter].flat().join(", ")}`,
    setBy: null,
  }),
  restsOnInstall: null,
};

export const consentDenied: Step<Target> = {
  reason: "consent_denied",
  skips: (_target, { consent, app }) => consent === "denied" || (consent === "absent" && app.app.requiresConsent),
  describe: (_target, { consent, app }) => ({
    expected: app.app.requiresConsent ? "consent was given" : "consent was not refused",
    actual: `consent is ${consent}`,
    setBy: `${appPath(app)}.requires_consent`,
  }),
  restsOnInstall: null,
};
