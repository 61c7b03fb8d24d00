import { readCatalogDocument } from "#src/contract/catalog-document.ts";
import type { Catalog } from "#src/core/catalog.ts";
import type { CatalogRevision, CatalogStore } from "#src/ports/catalog-store.ts";
import { StartRefused } from "./start-refused.ts";

/** What an empty folder starts with: nobody is told of anything. */
const emptyCatalog: Catalog = { revision: 0, active: true, accounts: [], partners: [], apps: [] };

/** The catalog in force. Starting without it would skip every event, so a server refuses to start instead. */
export const readStoredCatalog = async (store: CatalogStore): Promise<Catalog> => {
  const stored = await store.current();
  if (stored === null) return emptyCatalog;
  const reading = readCatalogDocument(stored.document, "json");
  if (reading.kind === "read") return { ...reading.catalog, revision: stored.revision };
  const [first] = reading.problems;
  const what = first === undefined ? "" : `: ${first.message}`;
  throw new StartRefused(
    `the stored configuration (revision ${stored.revision}, saved ${new Date(stored.savedAt).toISOString()} by ${stored.savedBy}) cannot be read by this version of Carom${what}. Run the version that wrote it, or restore a backup`,
  );
};

/** A revision of before; null where this version no longer reads it. */
export const readRevision = (stored: CatalogRevision): Catalog | null => {
  const reading = readCatalogDocument(stored.document, "json");
  return reading.kind === "read" ? { ...reading.catalog, revision: stored.revision } : null;
};
