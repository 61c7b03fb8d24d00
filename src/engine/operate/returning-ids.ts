import type { Catalog } from "#src/core/catalog/catalog.ts";
import { readPartKey } from "#src/core/catalog/catalog-part.ts";
import { placesOf } from "#src/core/catalog/part-path.ts";
import type { AccountId, PartKey } from "#src/core/ids.ts";
import type { Problem } from "#src/core/problem.ts";
import type { CatalogSave, CatalogStore, HistoryEntry } from "#src/ports/catalog-store.ts";
import type { CatalogForm } from "./catalog-change.ts";

type Returning = {
  /** Another account's before: it would see the log and the history of whoever had the id. */
  readonly problems: readonly Problem[];
  /** An account that is there again: what was kept under its id is its again. */
  readonly warnings: readonly Problem[];
};

/**
 * What a change makes under an id that was in use before. The log, the audit log and the keys know accounts, apps and
 * partners by their ids, so that an id stays with whoever had it last, for as long as the history does.
 */
export const returningIds = async (
  { store, form }: { readonly store: Pick<CatalogStore, "history">; readonly form: Pick<CatalogForm, "read"> },
  made: CatalogSave["parts"],
  after: Catalog,
): Promise<Returning> => {
  const asked = made.filter(({ key, document }) => document !== null && isOwned(key));
  const removals = await Promise.all(asked.map(({ key }) => lastRemoval(store, key)));
  const returning = removals.filter((removal) => removal !== null);
  if (returning.length === 0) return { problems: [], warnings: [] };
  const places = placesOf(after);
  const owners = ownersIn(after);
  const problems: Problem[] = [];
  const warnings: Problem[] = [];
  for (const removal of returning) {
    const path = [...(places.get(removal.key) ?? []), "id"];
    const [kind, id] = removal.key.split("/");
    if (kind === "account") warnings.push({ path, code: "catalog.account_again", message: againText(removal.key) });
    else if (ownerBefore(form, removal) !== owners.get(removal.key))
      problems.push({ path, code: "catalog.id_taken", message: takenText(`${kind} ${id}`) });
  }
  return { problems, warnings };
};

const againText = (key: PartKey): string =>
  `${key} was there before: its keys, its secrets and what the log and the audit log hold of it are its again`;

const takenText = (what: string): string =>
  `${what} was another account's before it was removed, and what the log holds of it is; take another id, or ask an operator, who can make it that account's again and hand it over then`;

const isOwned = (key: PartKey): boolean => {
  const kind = readPartKey(key)?.kind;
  return kind === "account" || kind === "partner" || kind === "app";
};

/** Null for what was never there. */
const lastRemoval = async (store: Pick<CatalogStore, "history">, key: PartKey): Promise<HistoryEntry | null> => {
  const { items } = await store.history({ key }, { limit: 1, cursor: null });
  return items[0] ?? null;
};

/** Null where this program can no longer read it: then it is nobody's to take. */
const ownerBefore = (form: Pick<CatalogForm, "read">, removal: HistoryEntry): AccountId | null => {
  const { key, revision, before } = removal;
  const catalog = before === null ? null : form.read({ ...removal, parts: [{ key, revision, document: before }] });
  return catalog === null ? null : (ownersIn(catalog).get(key) ?? null);
};

const ownersIn = ({ apps, partners }: Catalog): ReadonlyMap<string, AccountId> =>
  new Map([
    ...apps.map(({ id, accountId }) => [`app/${id}`, accountId] as const),
    ...partners.map(({ id, accountId }) => [`partner/${id}`, accountId] as const),
  ]);
