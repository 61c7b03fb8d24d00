/**
 * The integration that a target is of, mapping or not. A target key is
 * `integration:<partner>[:<configurator>][/<mapping>]` (core/decision.ts); ids hold neither colon nor slash.
 */
export const integrationOf = (targetKey: string): string => {
  const slash = targetKey.indexOf("/");
  return slash < 0 ? targetKey : targetKey.slice(0, slash);
};
