import { appOfKey } from "#src/core/catalog/catalog-part.ts";
import { accountId, partKey } from "#src/core/ids.ts";
import type {
  CatalogRevision,
  CatalogStore,
  HistoryEntry,
  HistoryFilter,
  StoredCatalog,
  StoredPart,
} from "#src/ports/catalog-store.ts";
import type { CatalogQuestion, HistoryCondition } from "./catalog-rows.ts";
import { type FlatReader, readText, type Scalar } from "./flat.ts";
import type { CallStore } from "./store-client.ts";

export type CatalogPartsStore = Pick<CatalogStore, "current" | "read" | "revision" | "save" | "history">;

/** Asks the store thread for the catalog by its parts. */
export const catalogParts = (call: CallStore): CatalogPartsStore => {
  const read = (question: CatalogQuestion, ...values: readonly Scalar[]) =>
    call("readConfig", (flat) => flat.push(question, ...values));
  const partsAt = async (revision: number | null): Promise<StoredCatalog | null> =>
    readCatalog(await read("catalogParts", revision));
  return {
    current: () => partsAt(null),
    read: partsAt,
    revision: async (revision) => {
      const answer = await read("catalogRevision", revision ?? null);
      return answer.isAtEnd ? null : readRevision(answer);
    },
    save: async ({ expected, parts, at, by, account }) => {
      const answer = await call("writeConfig", (flat) => {
        flat.push("saveCatalog", expected, at, by, account, parts.length);
        for (const { key, document } of parts) flat.push(key, appOfKey(key), document);
      });
      return answer.number() === 0 ? null : { revision: expected + 1, savedAt: at, savedBy: by, account };
    },
    history: async (filter, { limit, cursor }) => {
      const conditions = conditionsOf(filter, cursor);
      // One more than asked for tells whether there is another page.
      const answer = await read("catalogHistory", limit + 1, conditions.length, ...conditions.flat());
      const found: HistoryEntry[] = [];
      while (!answer.isAtEnd) found.push(readVersion(answer));
      const items = found.slice(0, limit);
      return { items, nextCursor: found.length > limit ? (items.at(-1)?.cursor ?? null) : null };
    },
  };
};

type Condition = readonly [HistoryCondition, Scalar];

const conditionsOf = (
  { key, kind, appId, by, account, revision, since, from, to }: HistoryFilter,
  cursor: string | null,
): readonly Condition[] => [
  ...(key === undefined ? [] : [["key", key] as const]),
  ...(kind === undefined ? [] : [["kind", kind] as const]),
  ...(appId === undefined ? [] : [["appId", appId] as const]),
  ...(by === undefined ? [] : [["by", by] as const]),
  ...(account === undefined ? [] : [["account", account] as const]),
  ...(revision === undefined ? [] : [["revision", revision] as const]),
  ...(since === undefined ? [] : [["since", since] as const]),
  ...(from === undefined ? [] : [["from", from] as const]),
  ...(to === undefined ? [] : [["to", to] as const]),
  ...(cursor === null ? [] : [["cursor", Number(cursor)] as const]),
];

const readCatalog = (answer: FlatReader): StoredCatalog | null => {
  if (answer.isAtEnd) return null;
  const revision = readRevision(answer);
  const documents = answer.list(readText);
  const parts: StoredPart[] = [];
  answer.skip(1);
  while (!answer.isAtEnd) {
    const part = { key: partKey(answer.text()), revision: answer.number() };
    parts.push({ ...part, document: documents[answer.number()] ?? "" });
  }
  return { ...revision, parts };
};

const readRevision = (row: FlatReader): CatalogRevision => ({
  revision: row.number(),
  savedAt: row.number(),
  savedBy: row.text(),
  account: accountOrNull(row.textOrNull()),
});

const readVersion = (row: FlatReader): HistoryEntry => {
  const cursor = String(row.number());
  const key = partKey(row.text());
  const revision = readRevision(row);
  const after = row.textOrNull();
  return { ...revision, cursor, key, before: row.textOrNull(), after };
};

const accountOrNull = (text: string | null): CatalogRevision["account"] => (text === null ? null : accountId(text));
