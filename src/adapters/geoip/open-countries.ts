import { stat } from "node:fs/promises";
import { isIP } from "node:net";
import { open, type Reader, type Response } from "maxmind";
import type { Countries } from "#src/ports/countries.ts";

/** The operator's file cannot serve; the message is for people, and says why. */
export class GeoipFileUnusable extends Error {
  override readonly name = "GeoipFileUnusable";
}

/** Reads a database in MaxMind's format (`.mmdb`) into memory, once: a newer file is taken at the next start. */
export const openCountries = async (file: string): Promise<Countries> => {
  const { size, reader } = await openReader(file);
  const { metadata } = reader;
  const hasIpv6 = metadata.ipVersion === 6;
  if (metadata.searchTreeSize + separatorBytes > size) throw new GeoipFileUnusable(`${file} is cut off`);
  if (withoutCountries.test(metadata.databaseType))
    throw new GeoipFileUnusable(`${file} is a ${metadata.databaseType} database, which tells no countries`);
  return {
    countryOf: (address) => {
      const text = mapped.test(address) ? address.slice(mappedLength) : address;
      const family = isIP(text);
      if (family === 0 || (family === 6 && !hasIpv6)) return null;
      try {
        return countryIn(reader.get(text));
      } catch {
        // A damaged part of the file: an event must not be refused for what it did not even ask.
        return null;
      }
    },
    about: `${metadata.databaseType} of ${metadata.buildEpoch.toISOString().slice(0, 10)}`,
  };
};

/** Between the search tree and the data. */
const separatorBytes = 16;

/** Other databases that MaxMind sells or gives in the same format. */
const withoutCountries = /ASN|ISP|Domain|Connection-Type|Anonymous/i;

/** An IPv4 address as a socket of both families writes it. */
const mapped = /^::ffff:\d+\./i;
const mappedLength = "::ffff:".length;

const openReader = async (
  file: string,
): Promise<{ readonly size: number; readonly reader: Pick<Reader<Response>, "get" | "metadata"> }> => {
  try {
    const { size } = await stat(file);
    const reader = await open(file);
    // What is no database may still have something in the place of the metadata: the date shows it.
    reader.metadata.buildEpoch.toISOString();
    return { size, reader };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const isThere = !(error instanceof Error && "code" in error && "syscall" in error);
    const said = isThere ? "is no database in MaxMind's format (.mmdb)" : "cannot be read";
    throw new GeoipFileUnusable(`${file} ${said} (${why})`, { cause: error });
  }
};

/** `country.iso_code` of MaxMind and DB-IP; `country` or `country_code` as plain text of IPinfo and others. */
const countryIn = (record: unknown): string | null => {
  const country = memberOf(record, "country");
  const code =
    typeof country === "string" ? country : (memberOf(country, "iso_code") ?? memberOf(record, "country_code"));
  return typeof code === "string" && alphaTwo.test(code) ? code : null;
};

const alphaTwo = /^[A-Z]{2}$/;

const memberOf = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
