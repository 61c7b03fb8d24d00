/** What authenticates an account, by its name alone: what could as well be a member of the event is none. */
export const isSurelyCredential = (name: string): boolean =>
  /^(?:api_?(?:key|token|secret)|(?:access|auth|security)_?token|secret(?:_?key)?|password)$/.test(name);

/**
 * What authenticates an account, by the name of a constant that is to be filled in. A token or a hash is one by what
 * stands before it: `device_token` and `email_hash` are a person's.
 */
export const isLikelyCredential = (name: string): boolean =>
  (/(?:^|_)(?:(?:api|security|access|auth|secret)?key|secret|password)$/.test(name) && !isKeyOfEvent.test(name)) ||
  /^(?:token|hash)$/.test(name) ||
  /(?:^|_)(?:api|access|auth|security|secret|bearer|advertiser|network|partner|postback)_?(?:token|hash)$/.test(name);

/** A key that tells one thing from another opens nothing. */
const isKeyOfEvent =
  /(?:^|_)(?:cache|click|dedup(?:e|lication)?|device|event|foreign|idempotency|install|item|message|object|order|partition|primary|product|record|request|routing|row|session|sort|transaction|unique|user)_key$/;
