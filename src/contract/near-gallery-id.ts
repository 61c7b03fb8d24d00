import { didYouMean } from "./did-you-mean.ts";
import type { GalleryPartner } from "./gallery-document.ts";

/** The nearest id by its letters, or one that it is the beginning of: `adjust` of `adjust_int`. */
export const nearId = (id: string, gallery: readonly GalleryPartner[]): string => {
  const ids = gallery.map((partner) => partner.id);
  const longer = ids.find((one) => one.startsWith(id.toLowerCase()));
  return didYouMean(longer ?? id, ids);
};
