import { searchNames } from "#src/contract/list-query.ts";
import type { SearchKey } from "#src/ports/delivery-log.ts";

type Search = { readonly [Name in (typeof searchNames)[number]]?: string | undefined };

/** The one id that is searched by, or null. */
export const searchKeyOf = (search: Search): SearchKey | null => {
  for (const kind of searchNames) {
    const value = search[kind];
    if (value !== undefined) return { kind, value };
  }
  return null;
};
