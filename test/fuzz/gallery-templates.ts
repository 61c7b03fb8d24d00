import { readGallery } from "#src/main/gallery.ts";

/** A template of a partner that ships with the program, and the parameters that an integration of it gives. */
export type GalleryTemplate = { readonly document: object; readonly parameters: readonly string[] };

let read: readonly GalleryTemplate[] | null = null;

/** All of them, in the order of the gallery. */
export const galleryTemplates = (): readonly GalleryTemplate[] => {
  read ??= readGallery().flatMap(({ partner, parameters }) =>
    partner.templates.map((document) => ({ document, parameters: Object.keys(parameters) })),
  );
  return read;
};
