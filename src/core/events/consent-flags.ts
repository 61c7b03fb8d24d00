/** What AppsFlyer's clients say of consent, in `consent_data`, in its forms, or as members of the event (domain.md 1.5, 1.6). */
export const consentFlags = ["gdpr_applies", "ad_user_data_enabled", "ad_personalization_enabled"] as const;

/** Forms of consent within `consent_data`. */
export const consentMembers = ["manual", "tcf"] as const;

export const isConsentFlag = (name: string): boolean => consentFlags.some((flag) => flag === name);
