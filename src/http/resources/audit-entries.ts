import type { AuditEntryWire } from "#src/contract/audit-contract.ts";
import type { routes } from "#src/contract/routes.ts";
import { timeText } from "#src/contract/wire-time.ts";
import { appOfKey } from "#src/core/catalog/catalog-part.ts";
import { accountId, appId, partKey } from "#src/core/ids.ts";
import { type ActKind, actKinds } from "#src/core/permissions/act.ts";
import { isAtLeast } from "#src/core/permissions/role.ts";
import type { Caller } from "#src/http/caller.ts";
import type { HttpDependencies } from "#src/http/http-dependencies.ts";
import type { RouteInput } from "#src/http/serve-route.ts";
import type { ActFilter, KeptAct } from "#src/ports/audit-trail.ts";
import type { HistoryEntry, HistoryFilter } from "#src/ports/catalog-store.ts";
import type { Found } from "#src/ports/delivery-log.ts";
import { changeOf, findSeenVersions, shownDocument } from "./seen-versions.ts";

type AuditQuery = RouteInput<typeof routes.readAudit>["query"];
type AuditPage = { readonly data: AuditEntryWire[]; readonly next_cursor: string | null };
type Asked = { readonly query: AuditQuery; readonly caller: Caller };
/** Where each of the two stores goes on. */
type Places = { readonly versions: string; readonly acts: string };

/** Behind every place of a store: nothing of it was told yet. */
const untold = "999999999999999";
/** Before every place of a store: all of it was told. */
const allTold = "0";

/**
 * The history of the catalog and the trail of acts as one, by time. Each keeps its own place in the cursor, since
 * numbers of the one say nothing of the other's.
 */
export const findAudit = async (dependencies: HttpDependencies, asked: Asked): Promise<AuditPage> => {
  const [versions = untold, acts = untold] = asked.query.cursor?.split("-") ?? [];
  const places = { versions, acts };
  const [foundVersions, foundActs] = await Promise.all([
    findVersions(dependencies, asked, places),
    findActs(dependencies, asked, places),
  ]);
  return mergePages({ versions: foundVersions, acts: foundActs }, places, asked.query.limit);
};

type Pages = { readonly versions: Found<HistoryEntry>; readonly acts: Found<KeptAct> };

const mergePages = ({ versions, acts }: Pages, places: Places, limit: number): AuditPage => {
  const data: AuditEntryWire[] = [];
  let [takenVersions, takenActs] = [0, 0];
  while (data.length < limit) {
    const version = versions.items[takenVersions];
    const act = acts.items[takenActs];
    if (version !== undefined && (act === undefined || version.savedAt >= act.at)) {
      takenVersions += 1;
      data.push(entryOfVersion(version));
    } else {
      // What was not looked at of the history may be newer than this act.
      if (act === undefined || (version === undefined && versions.nextCursor !== null)) break;
      takenActs += 1;
      data.push(entryOfAct(act));
    }
  }
  const next: Places = {
    versions: placeBehind(versions, takenVersions, places.versions),
    acts: placeBehind(acts, takenActs, places.acts),
  };
  const isEnd = next.versions === allTold && next.acts === allTold;
  return { data, next_cursor: isEnd ? null : `${next.versions}-${next.acts}` };
};

const placeBehind = (page: Found<{ readonly cursor: string }>, taken: number, before: string): string =>
  taken === page.items.length ? (page.nextCursor ?? allTold) : (page.items[taken - 1]?.cursor ?? before);

const none = { items: [], nextCursor: null } as const;

const findVersions = async (
  dependencies: HttpDependencies,
  { query, caller }: Asked,
  { versions: cursor }: Places,
): Promise<Found<HistoryEntry>> => {
  if (actKindOf(query) !== null || cursor === allTold) return none;
  const filter: HistoryFilter = {
    ...sharedFilterOf(query),
    ...(query.key === undefined ? {} : { key: partKey(query.key) }),
    ...(query.kind === undefined ? {} : { kind: query.kind }),
    ...(query.account_id === undefined ? {} : { account: accountId(query.account_id) }),
    ...(query.since_revision === undefined ? {} : { since: query.since_revision }),
  };
  return findSeenVersions(dependencies, { filter, page: { limit: query.limit, cursor }, caller });
};

/** Keys, secrets and people are an admin's matter; an editor reads what was changed of the configuration. */
const findActs = async (
  { storage }: HttpDependencies,
  { query, caller }: Asked,
  { acts: cursor }: Places,
): Promise<Found<KeptAct>> => {
  const isAdmin = caller.role !== null && isAtLeast(caller.role, "admin");
  const kind = actKindOf(query);
  const isOfCatalog = kind === null && (query.kind !== undefined || query.key !== undefined);
  if (!isAdmin || isOfCatalog || query.since_revision !== undefined || cursor === allTold) return none;
  const filter: ActFilter = {
    ...sharedFilterOf(query),
    ...(kind === null ? {} : { kind }),
    ...(query.key === undefined ? {} : { subject: query.key.slice(query.key.indexOf("/") + 1) }),
    ...(query.account_id === undefined ? {} : { account: accountId(query.account_id) }),
    ...(caller.isOperator ? {} : { involves: caller.accountId }),
  };
  return storage.audit.find(filter, { limit: query.limit, cursor });
};

/** The kind of act that is asked for; null where it is none, or where nothing is said of a kind. */
const actKindOf = ({ kind, key }: AuditQuery): ActKind | null => {
  const asked = kind ?? key?.slice(0, key.indexOf("/"));
  return actKinds.find((known) => known === asked) ?? null;
};

const sharedFilterOf = (query: AuditQuery): Pick<HistoryFilter & ActFilter, "appId" | "by" | "from" | "to"> => ({
  ...(query.app_id === undefined ? {} : { appId: appId(query.app_id) }),
  ...(query.by === undefined ? {} : { by: query.by }),
  ...(query.from === undefined ? {} : { from: query.from }),
  ...(query.to === undefined ? {} : { to: query.to }),
});

const entryOfVersion = (version: HistoryEntry): AuditEntryWire => ({
  key: version.key,
  revision: version.revision,
  at: timeText(version.savedAt),
  by: version.savedBy,
  by_id: null,
  account_id: version.account,
  app_id: appOfKey(version.key),
  change: changeOf(version),
  before: shownDocument(version.before),
  after: shownDocument(version.after),
});

const entryOfAct = ({
  kind,
  subject,
  at,
  actor,
  account,
  appId: app,
  verb,
  before,
  after,
}: KeptAct): AuditEntryWire => ({
  key: `${kind}/${subject}`,
  revision: null,
  at: timeText(at),
  by: actor.name,
  by_id: actor.id,
  account_id: account,
  app_id: app,
  change: verb,
  before: shownDocument(before),
  after: shownDocument(after),
});
