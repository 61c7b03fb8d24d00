import type { Catalog, Partner } from "#src/core/catalog/catalog.ts";
import type { Event } from "#src/core/events/event.ts";
import { aCatalog, aMapping, anApp, anIntegration, aPartner, aTemplate } from "./a-catalog.ts";
import { anEvent, type EventParts } from "./an-event.ts";

type PartnerParts = Omit<Parameters<typeof aPartner>[0] & object, "id"> & { readonly host?: string };

/**
 * Partners that an event names itself: an event `north` goes to the partner `north`, at
 * `https://north.example` unless a host is given, and to nobody else.
 */
export const anAddressedCatalog = (
  partners: Readonly<Record<string, PartnerParts>>,
  parts: Partial<Catalog> = {},
): Catalog =>
  aCatalog({
    partners: Object.entries(partners).map(([id, given]) => addressedPartner(id, given)),
    apps: [
      anApp({
        integrations: Object.keys(partners).map((id) =>
          anIntegration({ partnerId: id, mappings: [aMapping({ id: `m-${id}`, eventName: id })] }),
        ),
      }),
    ],
    ...parts,
  });

function addressedPartner(id: string, { host = `${id}.example`, ...given }: PartnerParts): Partner {
  const url = `https://${host}/event?event=(event_name)`;
  return aPartner({ templates: [aTemplate({ url })], ...given, id });
}

export const to = (partner: string, parts: EventParts = {}): Event => anEvent({ name: partner, ...parts });

export const toEach = (partner: string, count: number): readonly Event[] =>
  Array.from({ length: count }, () => to(partner));
