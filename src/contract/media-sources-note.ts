import type { GalleryPartner } from "./gallery-document.ts";

/** Whose events a partner is sent: nobody shall learn it from events that were skipped with `not_attributed`. */
export const mediaSourcesNote = (mediaSources: readonly string[], partnerId: string): string => {
  const isDefault = mediaSources.length === 1 && mediaSources[0] === partnerId;
  return `events count as this partner's when their media_source is one of: ${mediaSources.join(", ")}${isDefault ? " (its id, which is the default: set media_sources to the names that your events carry)" : ""}`;
};

/** What there is to know of a gallery's partner before it is sent anything, under the id that it gets. */
export const attributionNotes = (
  partner: Omit<GalleryPartner, "document">,
  id: string = partner.id,
): readonly string[] => [
  mediaSourcesNote(partner.partner.media_sources ?? [id], id),
  ...(partner.send_for === "all_sources" ? [everySourceNote] : []),
];

const everySourceNote =
  "it wants the events of every source: set install_postbacks: all_sources in the integration and send_for: all_sources in its mappings, then media_sources do not matter";
