import type { Catalog } from "#src/core/catalog/catalog.ts";
import { mainAccountId } from "#src/core/catalog/main-account.ts";
import type { AccountId } from "#src/core/ids.ts";
import { accountScopeOf } from "#src/core/permissions/account-scope.ts";
import { isEmptyLogScope, type LogScope, overlapOf } from "#src/core/permissions/log-scope.ts";

/**
 * The filter of a job as far as its account may act by the catalog in force: a job outlives a grant, an app that moves and
 * the account itself. Null when nothing is left of it. A job is its account's and not the person's who started it: it goes
 * on without them, and whoever edits for the account may stop it. An operator's is everything.
 */
export const filterNow = <Filter extends { readonly within?: LogScope }>(
  catalog: Catalog,
  { accountId = mainAccountId, filter }: { readonly accountId?: AccountId; readonly filter: Filter },
): Filter | null => {
  if (filter.within === undefined) return filter;
  const within = overlapOf(filter.within, accountScopeOf(catalog, accountId).acts);
  return isEmptyLogScope(within) ? null : { ...filter, within };
};
