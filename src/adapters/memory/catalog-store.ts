import { appOfKey } from "#src/core/catalog/catalog-part.ts";
import type { PartKey } from "#src/core/ids.ts";
import type {
  CatalogRevision,
  CatalogSave,
  CatalogStore,
  HistoryEntry,
  HistoryFilter,
  PartVersion,
  PauseScope,
  StoredCatalog,
} from "#src/ports/catalog-store.ts";
import type { Found, Page } from "#src/ports/delivery-log.ts";
import type { Commit } from "./commit.ts";
import type { Tables } from "./tables.ts";

export const catalogStore = (commit: Commit): CatalogStore => ({
  current: () => commit((tables) => catalogAt(tables, tables.catalog.length)),
  read: (revision) => commit((tables) => catalogAt(tables, revision)),
  revision: (revision) => commit(({ catalog }) => catalog[(revision ?? catalog.length) - 1] ?? null),
  save: (save) => commit((tables) => saveParts(tables, save)),
  history: (filter, page) => commit((tables) => findVersions(tables, filter, page)),
  pauses: () => commit((tables) => [...tables.pauses.values()]),
  setPause: (pause, acts = []) =>
    commit((tables) => {
      tables.acts.push(...acts);
      tables.pauses.set(scopeKey(pause.scope), pause);
    }),
  clearPause: (scope, acts = []) =>
    commit((tables) => {
      if (tables.pauses.delete(scopeKey(scope))) tables.acts.push(...acts);
    }),
});

const catalogAt = ({ catalog, parts }: Tables, revision: number): StoredCatalog | null => {
  const saved = catalog[revision - 1];
  if (saved === undefined) return null;
  // A part that is made again after it was removed is the last one: a map keeps the place of a key that it had before.
  const inForce = new Map<PartKey, { readonly revision: number; readonly document: string }>();
  for (const { key, revision: of, after } of parts) {
    if (of > revision) break;
    if (after === null) inForce.delete(key);
    else inForce.set(key, { revision: of, document: after });
  }
  return { ...saved, parts: [...inForce].map(([key, part]) => ({ key, ...part })) };
};

const saveParts = (tables: Tables, { expected, parts, at, by, account }: CatalogSave): CatalogRevision | null => {
  const before = catalogAt(tables, tables.catalog.length);
  if (expected !== tables.catalog.length) return null;
  const saved: CatalogRevision = { revision: expected + 1, savedAt: at, savedBy: by, account };
  const documents = new Map(before?.parts.map((part) => [part.key, part.document]));
  tables.catalog.push(saved);
  for (const { key, document } of parts) {
    const old = documents.get(key) ?? null;
    if (old !== null || document !== null) tables.parts.push({ ...saved, key, before: old, after: document });
  }
  return saved;
};

const findVersions = ({ parts }: Tables, filter: HistoryFilter, { limit, cursor }: Page): Found<HistoryEntry> => {
  const found = parts
    .map((version, index) => ({ ...version, cursor: String(index + 1) }))
    .filter((version) => isWanted(version, filter) && (cursor === null || Number(version.cursor) < Number(cursor)))
    .reverse();
  const items = found.slice(0, limit);
  return { items, nextCursor: found.length > limit ? (items.at(-1)?.cursor ?? null) : null };
};

const isWanted = (
  version: PartVersion,
  { key, kind, appId, by, account, revision, since, from, to }: HistoryFilter,
): boolean =>
  (key === undefined || version.key === key) &&
  (kind === undefined || version.key.split("/")[0] === kind) &&
  (appId === undefined || appOfKey(version.key) === appId) &&
  (by === undefined || version.savedBy === by) &&
  (account === undefined || version.account === account) &&
  (revision === undefined || version.revision === revision) &&
  (since === undefined || version.revision > since) &&
  (from === undefined || version.savedAt >= from) &&
  (to === undefined || version.savedAt < to);

const scopeKey = (scope: PauseScope): string =>
  scope.level === "everything" ? scope.level : `${scope.level} ${scope.id}`;
