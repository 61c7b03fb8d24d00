import { repairPaste } from "./paste-damage.ts";

/**
 * The beginning of the names of a partner's secrets, from the host of its URL: those of all partners have one
 * namespace. Empty where there is no host that names anybody.
 */
export const credentialOwner = (pastedUrl: string): string => {
  const [, host = ""] = /^[a-z]+:\/\/(?:[^/?#@]*@)?([^/?#:]*)/i.exec(repairPaste(pastedUrl)) ?? [];
  const labels = host.toLowerCase().split(".");
  const [country = "", second = "", third = ""] = labels.toReversed();
  const isSecondLevel = country.length === 2 && secondLevels.has(second);
  const label = isSecondLevel && third !== "" ? third : second;
  // An address of digits names nobody, and neither does a host that is to be filled in.
  return /^[a-z0-9-]+$/.test(label) && !/^\d+$/.test(country) ? `${label.replaceAll("-", "_")}_` : "";
};

/** Under which countries register names: `co.uk`, `com.au`, `com.br`, `co.jp`, `ne.jp`, `or.kr`. */
const secondLevels: ReadonlySet<string> = new Set(["ac", "co", "com", "edu", "gob", "gov", "ne", "net", "or", "org"]);
