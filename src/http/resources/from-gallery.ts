import type { GalleryPartner } from "#src/contract/gallery-document.ts";
import { nearId } from "#src/contract/near-gallery-id.ts";
import { type Refusal, refuse } from "#src/http/refusal.ts";
import { refuseProblems } from "#src/http/refuse-problems.ts";

type Members = ReadonlyMap<string, unknown>;

/** A partner as the gallery has it, with what the body says otherwise: its id, its name, its media sources, …. */
export const withGallery = (members: Members, gallery: () => readonly GalleryPartner[]): Members | Refusal => {
  if (!members.has("from_gallery")) return members;
  const { from_gallery: id, ...own } = Object.fromEntries(members);
  if (typeof id !== "string") {
    const message = "from_gallery: must be the id of a partner in GET /v1/partner-gallery";
    return refuseProblems([{ path: ["from_gallery"], code: "catalog.type", message }]);
  }
  const found = gallery().find((partner) => partner.id === id);
  return found === undefined
    ? refuse("gallery.not_found", `from_gallery: there is no partner ${id} in the gallery${nearId(id, gallery())}`)
    : new Map(Object.entries({ ...found.document, ...own }));
};
