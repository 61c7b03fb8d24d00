import { consentMembers } from "#src/core/events/consent-flags.ts";
import type { Event } from "#src/core/events/event.ts";
import { readFlag } from "#src/core/events/read-event-field.ts";
import { isJsonObject } from "#src/core/json/parse-json.ts";

export type Consent = "given" | "denied" | "absent";

/**
 * What the user said, in AppsFlyer's forms: `consent_data.manual`, the same flags in `consent_data`
 * itself, or as members of the event (raw data of the Pull API). One refusal is a refusal; where the
 * GDPR does not apply nothing is refused. A TCF string is not read: only its `gdpr_applies` counts.
 */
export function consentOf({ consent, extra }: Event): Consent {
  let verdict: Consent = "absent";
  const inConsent = consent === null ? [] : [...consentMembers.map((name) => consent[name]), consent];
  for (const said of [...inConsent, extra]) {
    if (!isJsonObject(said)) continue;
    if (readFlag(said["gdpr_applies"]) === false) return "given";
    const forData = readFlag(said["ad_user_data_enabled"]);
    const forPersonalization = readFlag(said["ad_personalization_enabled"]);
    if (forData === false || forPersonalization === false) return "denied";
    if (forData === true || forPersonalization === true) verdict = "given";
  }
  return verdict;
}
