import type { Enrichment, Event } from "#src/core/events/event.ts";
import { withIpCountry } from "#src/core/events/ip-country.ts";
import { withEnrichment } from "#src/core/installs/install-conversion.ts";

/**
 * What was known of an event beside its source, as the column `enrichment` holds it: the enrichment, with
 * the country of the address as one more member; that alone where no install record was found.
 */
export const frozenText = ({ enrichment, ipCountry }: Event): string | null => {
  if (ipCountry !== null) return JSON.stringify({ ...enrichment, ipCountry });
  return enrichment === null ? null : JSON.stringify(enrichment);
};

/** The event as it was frozen; `event` is what its source says. */
export const withFrozen = (event: Event, text: string | null): Event => {
  if (text === null) return event;
  const { ipCountry, ...enrichment }: Frozen = JSON.parse(text);
  const located = ipCountry === undefined ? event : withIpCountry(event, ipCountry);
  return isEnrichment(enrichment) ? withEnrichment(located, enrichment) : located;
};

type Frozen = Partial<Enrichment> & { readonly ipCountry?: string };

const isEnrichment = (frozen: Partial<Enrichment>): frozen is Enrichment => frozen.version !== undefined;
