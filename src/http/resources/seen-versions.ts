import type { VersionWire } from "#src/contract/audit-contract.ts";
import { timeText } from "#src/contract/wire-time.ts";
import { readPartKey } from "#src/core/catalog/catalog-part.ts";
import { mainAccountId } from "#src/core/catalog/main-account.ts";
import type { CompiledCatalog } from "#src/core/compile/compiled-catalog.ts";
import { isJsonObject, parseJson } from "#src/core/json/parse-json.ts";
import type { Caller } from "#src/http/caller.ts";
import type { HttpDependencies } from "#src/http/http-dependencies.ts";
import type { HistoryEntry, HistoryFilter, PartVersion } from "#src/ports/catalog-store.ts";
import type { Found, Page } from "#src/ports/delivery-log.ts";
import { accessTo } from "./may-change.ts";

/** Pages of the store looked at for one answer: what a caller does not see is left out. */
const pagesLookedAtMax = 20;

type Looking = { readonly filter: HistoryFilter; readonly page: Page; readonly caller: Caller };

/** Versions that the caller sees. With a next cursor there may be fewer than were asked for. */
export const findSeenVersions = async (
  { engine, storage }: HttpDependencies,
  { filter, page, caller }: Looking,
): Promise<Found<HistoryEntry>> => {
  const items: HistoryEntry[] = [];
  let { cursor } = page;
  for (let looked = 0; looked < pagesLookedAtMax; looked += 1) {
    const found = await storage.catalog.history(filter, { limit: page.limit - items.length, cursor });
    const current = engine.catalog.current();
    items.push(...found.items.filter((version) => seesVersion(caller, current, version)));
    cursor = found.nextCursor;
    if (cursor === null || items.length >= page.limit) break;
  }
  return { items, nextCursor: cursor };
};

/** What an account changed is its own to read, but for the main one, which changes what is others'; else what it may change now. */
export const seesVersion = (caller: Caller, current: CompiledCatalog, { key, account }: PartVersion): boolean => {
  if (caller.isOperator || (account === caller.accountId && account !== mainAccountId)) return true;
  const address = readPartKey(key);
  return address !== null && accessTo(caller, current, address) === "changes";
};

export const versionAnswer = (version: PartVersion): VersionWire => ({
  key: version.key,
  revision: version.revision,
  at: timeText(version.savedAt),
  by: version.savedBy,
  account_id: version.account,
  change: changeOf(version),
  before: shownDocument(version.before),
  after: shownDocument(version.after),
});

export const changeOf = ({ before, after }: Pick<PartVersion, "before" | "after">): VersionWire["change"] =>
  before === null ? "made" : after === null ? "removed" : "changed";

export const shownDocument = (document: string | null): Record<string, unknown> | null => {
  const parsed = document === null ? null : parseJson(document);
  return parsed?.kind === "parsed" && isJsonObject(parsed.value) ? { ...parsed.value } : null;
};
