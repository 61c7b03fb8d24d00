import type { Event } from "#src/core/events/event.ts";
import { addressToLocate, withIpCountry } from "#src/core/events/ip-country.ts";
import type { Countries } from "#src/ports/countries.ts";

/** Adds the country of the address to an event that does not tell one. */
export const eventLocator =
  (countries: Countries) =>
  (event: Event): Event => {
    const address = addressToLocate(event);
    const country = address === null ? null : countries.countryOf(address);
    return country === null ? event : withIpCountry(event, country);
  };
