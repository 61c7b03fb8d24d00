import type { Piece, Reference } from "./dialect.ts";

/**
 * What looks like a macro and is none. Its hint is made when it is read: to look for the nearest of all
 * names takes time, a template may have thousands of these, and only the first of them are told.
 */
export const unknownPiece = (place: Reference, hint: () => string): Piece & { readonly kind: "unknown" } => ({
  kind: "unknown",
  at: place.at,
  written: place.written,
  get hint() {
    return hint();
  },
});
