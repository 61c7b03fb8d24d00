/** What authenticates an account, by its name alone: what could as well be a member of the event is none. */
export const isSurelyCredential = (name: string): boolean =>
  /^(?:api_?(?:key|token|secret)|(?:access|auth|security)_?token|secret(?:_?key)?|password)$/.test(name);
