import type { VersionWire } from "#src/contract/audit-contract.ts";
import { readPart } from "#src/contract/part-documents.ts";
import type { ResourceChangeWire } from "#src/contract/resource-contract.ts";
import { routes } from "#src/contract/routes.ts";
import { timeText } from "#src/contract/wire-time.ts";
import { putPart, removePart } from "#src/core/catalog-edit.ts";
import { readPartKey } from "#src/core/catalog-part.ts";
import type { CompiledCatalog } from "#src/core/compiled-catalog.ts";
import { accountId, appId, partKey, partnerId } from "#src/core/ids.ts";
import { mainAccountId } from "#src/core/main-account.ts";
import { isJsonObject, parseJson } from "#src/core/parse-json.ts";
import type { Edited } from "#src/engine/operate/catalog-change.ts";
import type { Caller } from "#src/http/caller.ts";
import type { HttpDependencies } from "#src/http/http-dependencies.ts";
import { openOncePerKey } from "#src/http/idempotency.ts";
import { type Refusal, refuse } from "#src/http/refusal.ts";
import type { Answered, RouteInput, ServeRoute } from "#src/http/serve-route.ts";
import type { HistoryFilter, PartVersion } from "#src/ports/catalog-store.ts";
import type { Page } from "#src/ports/delivery-log.ts";
import { changeResource } from "./change-resource.ts";
import { accessTo, mayChange, mayRemove, refuseLevel, refuseMissing } from "./may-change.ts";
import type { ResourceAddress } from "./resource-address.ts";
import { refuseProblems } from "./resource-body.ts";

/** Pages of the store looked at for one answer: what a caller does not see is left out. */
const pagesLookedAtMax = 20;

export const serveAudit = (serve: ServeRoute, dependencies: HttpDependencies): void => {
  const { engine, clock } = dependencies;
  const restoreOnce = openOncePerKey<ResourceChangeWire>(clock);
  serve(routes.readAudit, async ({ query, caller }) => {
    const page = { limit: query.limit, cursor: query.cursor ?? null };
    return { kind: "ok", answer: await findVersions(dependencies, { filter: filterOf(query), page, caller }) };
  });
  serve(routes.readPartnerVersions, async ({ params, query, caller }) => {
    const address = { kind: "partner", partnerId: partnerId(params.partner_id) } as const;
    if (accessTo(caller, engine.catalog.current(), address) === "none") return refuseMissing(address);
    const page = { limit: query.limit, cursor: query.cursor ?? null };
    const filter = { key: partKey(`partner/${params.partner_id}`) };
    return { kind: "ok", answer: await findVersions(dependencies, { filter, page, caller }) };
  });
  serve(routes.restoreResource, (asked) => restoreOnce(asked, () => restore(dependencies, asked)));
};

type AuditQuery = RouteInput<typeof routes.readAudit>["query"];

const filterOf = (query: AuditQuery): HistoryFilter => ({
  ...(query.key === undefined ? {} : { key: partKey(query.key) }),
  ...(query.kind === undefined ? {} : { kind: query.kind }),
  ...(query.app_id === undefined ? {} : { appId: appId(query.app_id) }),
  ...(query.account_id === undefined ? {} : { account: accountId(query.account_id) }),
  ...(query.by === undefined ? {} : { by: query.by }),
  ...(query.since_revision === undefined ? {} : { since: query.since_revision }),
  ...(query.from === undefined ? {} : { from: query.from }),
  ...(query.to === undefined ? {} : { to: query.to }),
});

type Looking = { readonly filter: HistoryFilter; readonly page: Page; readonly caller: Caller };

const findVersions = async (
  { engine, storage }: HttpDependencies,
  { filter, page, caller }: Looking,
): Promise<{ data: VersionWire[]; next_cursor: string | null }> => {
  const data: VersionWire[] = [];
  let { cursor } = page;
  for (let looked = 0; looked < pagesLookedAtMax; looked += 1) {
    const found = await storage.catalog.history(filter, { limit: page.limit - data.length, cursor });
    const current = engine.catalog.current();
    const seen = found.items.filter((version) => sees(caller, current, version));
    data.push(...seen.map(versionAnswer));
    cursor = found.nextCursor;
    if (cursor === null || data.length >= page.limit) break;
  }
  return { data, next_cursor: cursor };
};

/** What an account changed is its own to read, but for the main one, which changes what is others'; else what it may change now. */
const sees = (caller: Caller, current: CompiledCatalog, { key, account }: PartVersion): boolean => {
  if (caller.isOperator || (account === caller.accountId && account !== mainAccountId)) return true;
  const address = readPartKey(key);
  return address !== null && accessTo(caller, current, address) === "changes";
};

const versionAnswer = ({ key, revision, savedAt, savedBy, account, before, after }: PartVersion) => ({
  key,
  revision,
  at: timeText(savedAt),
  by: savedBy,
  account_id: account,
  change: before === null ? ("made" as const) : after === null ? ("removed" as const) : ("changed" as const),
  before: shown(before),
  after: shown(after),
});

const shown = (document: string | null): Record<string, unknown> | null => {
  const parsed = document === null ? null : parseJson(document);
  return parsed?.kind === "parsed" && isJsonObject(parsed.value) ? { ...parsed.value } : null;
};

/**
 * The text of then is read as one that is sent now: what this version no longer takes is refused with its place.
 * Whoever does not see the version is refused as if there were none, whatever else is in the way.
 */
const restore = async (
  dependencies: HttpDependencies,
  asked: RouteInput<typeof routes.restoreResource>,
): Promise<Answered<ResourceChangeWire>> => {
  const { storage } = dependencies;
  const { key, revision } = asked.body;
  const address = readPartKey(key);
  const filter = { key: partKey(key), revision };
  const { items } = await storage.catalog.history(filter, { limit: 1, cursor: null });
  const [version] = items;
  const missing = refuse("audit.not_found", `${key} was not changed by revision ${revision}`);
  if (version === undefined || address === null || address.kind === "everything") return missing;
  return changeResource(dependencies, asked, {
    address,
    revision: null,
    edit: (before) => {
      const edited = putBack(before, { version, address, caller: asked.caller });
      return edited.kind === "refusal" && !sees(asked.caller, before, version) ? missing : edited;
    },
  });
};

type Restoring = { readonly version: PartVersion; readonly address: ResourceAddress; readonly caller: Caller };

const putBack = (before: CompiledCatalog, { version, address, caller }: Restoring): Edited | Refusal => {
  const parsed = version.after === null ? null : parseJson(version.after);
  const reading = parsed?.kind === "parsed" ? readPart(version.key, parsed.value) : null;
  if (reading?.kind === "refused") return refuseProblems(reading.problems);
  const after = reading?.part ?? null;
  const change = { before, address, after };
  const refusal =
    refuseLevel(caller, address) ?? (after === null ? mayRemove(caller, change) : mayChange(caller, change));
  if (refusal !== null) return refusal;
  const catalog = after === null ? removePart(before.catalog, address) : putPart(before.catalog, after);
  return { kind: "edited", catalog };
};
