import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { aGeoipFile } from "#test/support/a-geoip-file.ts";
import { GeoipFileUnusable, openCountries } from "./open-countries.ts";

const folder = mkdtempSync(join(tmpdir(), "carom-geoip-"));
after(() => rmSync(folder, { recursive: true }));

let written = 0;
const fileOf = (bytes: Buffer): string => {
  written += 1;
  const file = join(folder, `${written}.mmdb`);
  writeFileSync(file, bytes);
  return file;
};
const german = { country: { iso_code: "DE", names: { en: "Germany" } } };

test("an address of either family has the country of its network", async () => {
  const french = { country: { iso_code: "FR" } };
  const countries = await openCountries(fileOf(aGeoipFile({ "198.51.100.0/24": german, "2001:db8::/32": french })));
  assert.equal(countries.countryOf("198.51.100.7"), "DE");
  assert.equal(countries.countryOf("::ffff:198.51.100.7"), "DE", "as a socket of both families writes it");
  assert.equal(countries.countryOf("2001:db8:1::7"), "FR");
  assert.equal(countries.countryOf("203.0.113.7"), null, "an address that the file does not know");
  assert.match(countries.about, /^Test-Country of 2026-01-14$/);
});

test("what is no address has no country", async () => {
  const countries = await openCountries(fileOf(aGeoipFile({ "0.0.0.0/1": german, "128.0.0.0/1": german })));
  assert.equal(countries.countryOf("1.2.3.4"), "DE");
  for (const text of ["", "1.2.3", "1.2.3.4.5", "1.2.3.4/8", "::ffff:1.2", "example.com", "x".repeat(10_000)])
    assert.equal(countries.countryOf(text), null, text.slice(0, 20));
});

test("an IPv6 address is not looked for in a file of IPv4", async () => {
  const countries = await openCountries(fileOf(aGeoipFile({ "32.0.0.0/8": german }, { ipVersion: 4 })));
  assert.equal(countries.countryOf("32.1.2.3"), "DE");
  assert.equal(countries.countryOf("2001:db8::1"), null);
});

test("files that tell the country as plain text are read too, and what is no code is none", async () => {
  const countries = await openCountries(
    fileOf(
      aGeoipFile({
        "198.51.100.0/24": { country: "US", country_name: "United States" },
        "203.0.113.0/24": { country_code: "JP", country_name: "Japan" },
        "192.0.2.0/24": { country: "Germany" },
        "192.0.3.0/24": { continent: { code: "EU" } },
      }),
    ),
  );
  const found = ["198.51.100.7", "203.0.113.7", "192.0.2.7", "192.0.3.7"].map(countries.countryOf);
  assert.deepEqual(found, ["US", "JP", null, null]);
});

test("a record that is damaged has no country, and throws nothing", async () => {
  const whole = aGeoipFile({ "198.51.100.0/24": german });
  const damaged = Buffer.from(whole);
  // A pointer far beyond the end in the place of the map of the record.
  damaged.fill(0x3f, damaged.indexOf("country") - 2, damaged.indexOf("country") + 4);
  const countries = await openCountries(fileOf(damaged));
  assert.equal(countries.countryOf("198.51.100.7"), null);
});

test("a file that cannot serve is told with its name and why", async () => {
  const whole = aGeoipFile({ "198.51.100.0/24": german });
  const refused = async (file: string, why: RegExp): Promise<void> => {
    await assert.rejects(openCountries(file), (error) => {
      assert.ok(error instanceof GeoipFileUnusable);
      assert.ok(error.message.startsWith(file), error.message);
      assert.match(error.message, why);
      return true;
    });
  };
  await refused(join(folder, "missing.mmdb"), /cannot be read \(ENOENT/);
  await refused(folder, /cannot be read \(EISDIR/);
  await refused(fileOf(Buffer.alloc(0)), /is no database in MaxMind's format/);
  await refused(fileOf(Buffer.from("country,code\n".repeat(1_000))), /is no database in MaxMind's format/);
  await refused(fileOf(whole.subarray(0, whole.length - 60)), /is no database in MaxMind's format/);
  await refused(fileOf(whole.subarray(0, whole.length / 2)), /is no database in MaxMind's format/);
  await refused(fileOf(whole.subarray(whole.indexOf("MaxMind.com") - 13)), /is cut off/);
  await refused(fileOf(aGeoipFile({ "198.51.100.0/24": german }, { type: "GeoLite2-ASN" })), /tells no countries/);
});
