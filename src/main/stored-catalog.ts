import { partChanges, readCatalogParts } from "#src/contract/catalog-parts.ts";
import type { Catalog } from "#src/core/catalog/catalog.ts";
import type { PartKey } from "#src/core/ids.ts";
import type { CatalogForm } from "#src/engine/operate/catalog-change.ts";
import type { CatalogStore } from "#src/ports/catalog-store.ts";
import { StartRefused } from "./start-refused.ts";

/** What an empty folder starts with: nobody is told of anything. */
const emptyCatalog: Catalog = { revision: 0, active: true, accounts: [], partners: [], apps: [] };

type InForce = { readonly catalog: Catalog; readonly revisions: ReadonlyMap<PartKey, number> };

/** The catalog in force. Starting without it would skip every event, so a server refuses to start instead. */
export const readStoredCatalog = async (store: CatalogStore): Promise<InForce> => {
  const stored = await store.current();
  if (stored === null) return { catalog: emptyCatalog, revisions: new Map() };
  const reading = readCatalogParts(stored.parts, stored.revision);
  if (reading.kind === "read")
    return { catalog: reading.catalog, revisions: new Map(stored.parts.map(({ key, revision }) => [key, revision])) };
  const [first] = reading.problems;
  const what = first === undefined ? "" : `: ${reading.key}: ${first.message}`;
  throw new StartRefused(
    `the stored configuration (revision ${stored.revision}, saved ${new Date(stored.savedAt).toISOString()} by ${stored.savedBy}) cannot be read by this version of Carom${what}. Run the version that wrote it, or restore a backup`,
  );
};

/** How the contract writes the catalog for the store. */
export const catalogForm: CatalogForm = {
  read: (stored) => {
    const reading = readCatalogParts(stored.parts, stored.revision);
    return reading.kind === "read" ? reading.catalog : null;
  },
  changes: partChanges,
};
