import type { Integration } from "#src/core/catalog/catalog.ts";

/** Conversions and *as is, all* go by the integration as a whole; everything else by its name. */
export const goesByWhole = (integration: Integration, seen: { readonly isConversion: boolean }): boolean =>
  seen.isConversion || integration.inApp.mappingMethod === "as_is_all";
