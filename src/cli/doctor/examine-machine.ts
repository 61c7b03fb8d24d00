import { Resolver } from "node:dns/promises";
import { openConfiguredCountries } from "#src/main/open-configured-countries.ts";
import { StartRefused } from "#src/main/start-refused.ts";
import type { Finding } from "./finding.ts";

/** Before this no Carom was written: a clock that says so is wrong. */
const earliestNow = Date.UTC(2026, 0, 1);
const latestNow = Date.UTC(2100, 0, 1);
const lookUpMs = 2_000;
const nodeMajorMin = 24;

export const examineRuntime = (): Finding => {
  const version = process.versions.node;
  const isGood = Number(version.split(".")[0]) >= nodeMajorMin;
  return {
    state: isGood ? "good" : "bad",
    subject: "runtime",
    said: `Node ${version}${isGood ? "" : `, and Carom needs ${nodeMajorMin}`}`,
  };
};

export const examineClock = (now: number): Finding => {
  const isGood = now >= earliestNow && now < latestNow;
  const said = new Date(now).toISOString();
  return {
    state: isGood ? "good" : "bad",
    subject: "clock",
    said: isGood ? said : `${said} cannot be: windows and schedules would be wrong`,
  };
};

/** Asks the resolver that postbacks ask, by the same library; a machine without a network is a note, not a fault. */
export const examineResolver = async (servers: readonly string[]): Promise<Finding> => {
  const resolver = new Resolver({ timeout: lookUpMs, tries: 1 });
  if (servers.length > 0) resolver.setServers(servers);
  const asked = resolver.getServers().join(", ");
  try {
    await resolver.resolve4("example.com");
    return { state: "good", subject: "names", said: `resolved by ${asked}` };
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
    return {
      state: "note",
      subject: "names",
      said: `${asked} does not resolve example.com (${code}): partners with names cannot be reached from here`,
    };
  }
};

/** Who sends to an address of the own network sees `address_refused` and looks here for the way. */
export const examineNetworks = (allowed: readonly string[]): Finding => ({
  state: "good",
  subject: "guard",
  said:
    allowed.length === 0
      ? "postbacks go to public addresses only; CAROM_ALLOWED_NETWORKS names private ones that they may go to"
      : `postbacks go to public addresses, and to ${allowed.join(", ")} (CAROM_ALLOWED_NETWORKS)`,
});

/** A file that a start would be refused for; nothing where none is set. */
export const examineCountries = async (geoipFile: string | null): Promise<readonly Finding[]> => {
  try {
    const countries = await openConfiguredCountries({ geoipFile });
    return countries === null ? [] : [{ state: "good", subject: "countries", said: countries.about }];
  } catch (error) {
    if (!(error instanceof StartRefused)) throw error;
    return [{ state: "bad", subject: "countries", said: error.message }];
  }
};
