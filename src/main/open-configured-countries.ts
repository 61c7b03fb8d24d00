import type { Countries } from "#src/ports/countries.ts";
import type { Config } from "./config.ts";
import { variableName } from "./settings.ts";
import { StartRefused } from "./start-refused.ts";

/** Null where no file is set; the reader is loaded where it is wanted only. */
export const openConfiguredCountries = async ({ geoipFile }: Pick<Config, "geoipFile">): Promise<Countries | null> => {
  if (geoipFile === null) return null;
  const { GeoipFileUnusable, openCountries } = await import("#src/adapters/geoip/open-countries.ts");
  try {
    return await openCountries(geoipFile);
  } catch (error) {
    if (!(error instanceof GeoipFileUnusable)) throw error;
    const fix = "give a country or city database, or leave the setting out";
    throw new StartRefused(`${variableName("geoipFile")}: ${error.message}; ${fix}.`, { cause: error });
  }
};
