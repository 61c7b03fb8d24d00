import type { App, Catalog } from "./catalog.ts";
import { settingsOf } from "./catalog-part.ts";

/**
 * The catalog in force with another one put over it. What is the same stays the same object in its place, so that
 * nothing is looked at again that did not change; what is new comes last. What the other one lacks is kept, or
 * with `prune` taken out.
 */
export const mergeCatalogs = (before: Catalog, given: Catalog, { prune }: { readonly prune: boolean }): Catalog => {
  const accounts = mergeLists(before.accounts, given.accounts, { prune, idOf, merge: sameOr });
  const partners = mergeLists(before.partners, given.partners, { prune, idOf, merge: sameOr });
  const apps = mergeLists(before.apps, given.apps, {
    prune,
    idOf,
    merge: (old, fresh) => mergeApps(old, fresh, prune),
  });
  return { revision: before.revision, active: given.active, accounts, partners, apps };
};

function mergeApps(old: App, fresh: App, prune: boolean): App {
  const integrations = mergeLists(old.integrations, fresh.integrations, {
    prune,
    idOf: ({ partnerId, configurator }) => `${partnerId}/${configurator ?? ""}`,
    merge: sameOr,
  });
  const rules = mergeLists(old.rules, fresh.rules, { prune, idOf, merge: sameOr });
  const grants = mergeLists(old.grants, fresh.grants, { prune, idOf: ({ accountId }) => accountId, merge: sameOr });
  const isSame = integrations === old.integrations && rules === old.rules && grants === old.grants;
  if (isSame && isSameValue(settingsOf(old), settingsOf(fresh))) return old;
  return { ...fresh, integrations, rules, grants };
}

type Merging<Item> = {
  readonly prune: boolean;
  readonly idOf: (item: Item) => string;
  readonly merge: (old: Item, fresh: Item) => Item;
};

/** The very list of before where nothing of it is another. Doubles are left, so that they are refused. */
function mergeLists<Item>(before: readonly Item[], given: readonly Item[], merging: Merging<Item>): readonly Item[] {
  const { prune, idOf: id, merge } = merging;
  const byId = new Map(given.map((item) => [id(item), item]));
  const old = new Set(before.map(id));
  const first = new Set<string>();
  const added = given.filter((item) => {
    const isDouble = first.has(id(item));
    first.add(id(item));
    return isDouble || !old.has(id(item));
  });
  const kept = before.flatMap((item) => {
    const fresh = byId.get(id(item));
    if (fresh === undefined) return prune ? [] : [item];
    return [merge(item, fresh)];
  });
  const isSame =
    added.length === 0 && kept.length === before.length && kept.every((item, index) => item === before[index]);
  return isSame ? before : [...kept, ...added];
}

const idOf = ({ id }: { readonly id: string }): string => id;

const sameOr = <Item>(old: Item, fresh: Item): Item => (isSameValue(old, fresh) ? old : fresh);

/** Both are plain data, made member by member in one order. */
const isSameValue = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);
