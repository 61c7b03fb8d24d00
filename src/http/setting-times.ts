import { timeTextOrNull } from "#src/contract/wire-time.ts";
import { partKeyOf } from "#src/core/catalog/catalog-part.ts";
import { partOfSetting } from "#src/core/decide/part-of-setting.ts";
import type { PartKey } from "#src/core/ids.ts";
import type { CatalogStore } from "#src/ports/catalog-store.ts";

/** Versions of one part that are read at once. */
const pageSize = 20;

/** When each setting's part of the catalog was last changed, as it was at this revision: by the setting's path. */
export const settingTimes = async (
  store: CatalogStore,
  settings: ReadonlySet<string>,
  revision: number,
): Promise<ReadonlyMap<string, string | null>> => {
  const byPart = new Map<PartKey, string | null>();
  const times = new Map<string, string | null>();
  for (const setting of settings) {
    const part = partOfSetting(setting);
    if (part === null) continue;
    const key = partKeyOf(part);
    if (!byPart.has(key)) byPart.set(key, timeTextOrNull(await changedAt(store, key, revision)));
    times.set(setting, byPart.get(key) ?? null);
  }
  return times;
};

const changedAt = async (store: CatalogStore, key: PartKey, revision: number): Promise<number | null> => {
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<CatalogStore["history"]>> = await store.history(
      { key },
      { limit: pageSize, cursor },
    );
    const found = page.items.find((entry) => entry.revision <= revision);
    if (found !== undefined) return found.savedAt;
    cursor = page.nextCursor;
  } while (cursor !== null);
  return null;
};
