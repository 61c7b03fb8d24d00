import type { App, Catalog, Partner } from "#src/core/catalog/catalog.ts";
import { mainAccountId } from "#src/core/catalog/main-account.ts";
import { mergeCatalogs } from "#src/core/catalog/merge-catalogs.ts";
import type { AccountId } from "#src/core/ids.ts";
import { isSameValue, stableText } from "#src/core/json/same-value.ts";
import { type Problem, pathText } from "#src/core/problem.ts";

/** What of a catalog an account reads and writes as one document: its apps and its partners. */
export const ownPartOf = (catalog: Catalog, account: AccountId): Catalog => ({
  ...catalog,
  accounts: [],
  partners: catalog.partners.filter(({ accountId }) => accountId === account),
  apps: catalog.apps.filter(({ accountId }) => accountId === account),
});

export type MergedPart =
  | { readonly kind: "merged"; readonly catalog: Catalog }
  | { readonly kind: "refused"; readonly problems: readonly Problem[] };

/** Puts an account's own part in its place in the whole; what is another's stays as it is. */
export const mergeOwnPart = (
  current: Catalog,
  part: Catalog,
  by: { readonly accountId: AccountId; readonly mayGrant: boolean; readonly prune: boolean },
): MergedPart => {
  const owner = by.accountId;
  const problems = [
    ...foreignProblems("apps", current, { written: part.apps, owner }),
    ...foreignProblems("partners", current, { written: part.partners, owner }),
    ...wholeProblems(current, part),
    ...(by.mayGrant ? [] : grantProblems(current.apps, part.apps)),
  ];
  if (problems.length > 0) return { kind: "refused", problems };
  const written = { ...part, apps: ownedBy(part.apps, owner), partners: ownedBy(part.partners, owner) };
  const { apps, partners } = mergeCatalogs(ownPartOf(current, owner), written, { prune: by.prune });
  return {
    kind: "merged",
    catalog: {
      ...current,
      apps: woven(current.apps, apps, owner),
      partners: woven(current.partners, partners, owner),
    },
  };
};

const ownedBy = <One extends Owned>(written: readonly One[], owner: AccountId): readonly One[] =>
  written.map((one) => ({ ...one, accountId: owner }));

/** What was there keeps its place, so that nothing is looked at again that did not change. */
const woven = <One extends Owned>(current: readonly One[], own: readonly One[], owner: AccountId): readonly One[] => {
  const byId = new Map<string, One>(own.map((one) => [one.id, one]));
  const known = new Set<string>(current.map(({ id }) => id));
  const kept = current.flatMap((one) => (one.accountId === owner ? (byId.get(one.id) ?? []) : one));
  return [...kept, ...own.filter(({ id }) => !known.has(id))];
};

type Owned = App | Partner;

/** Whoever is not the main account has nothing of it: a document that names nobody means its own. */
const foreignProblems = (
  list: "apps" | "partners",
  current: Catalog,
  { written, owner }: { readonly written: readonly Owned[]; readonly owner: AccountId },
): readonly Problem[] => {
  const others = new Set<string>(
    ownersOf(current, list)
      .filter(({ accountId }) => accountId !== owner)
      .map(({ id }) => id),
  );
  const seen = new Set<string>();
  return written.flatMap((one, index) => {
    const path = [list, index, "id"];
    const isDouble = seen.has(one.id);
    seen.add(one.id);
    if (isDouble) return problem("catalog.duplicate_id", path, `${one.id} stands here twice`);
    if (others.has(one.id))
      return problem(
        "catalog.foreign",
        path,
        `${one.id} belongs to another account${wayIn(list, one.id, { current, owner })}`,
      );
    if (one.accountId === owner || one.accountId === mainAccountId) return [];
    return problem("catalog.foreign", [list, index, "account_id"], `${one.accountId} is another account; leave it out`);
  });
};

const ownersOf = (catalog: Catalog, list: "apps" | "partners"): readonly Owned[] => catalog[list];

/** A grant on the app changes no document of its owner's: what it allows has routes of its own. */
const wayIn = (
  list: "apps" | "partners",
  id: string,
  { current, owner }: { readonly current: Catalog; readonly owner: AccountId },
): string => {
  const grants = list === "apps" ? current.apps.find((app) => app.id === id)?.grants : undefined;
  const grant = grants?.find(
    ({ accountId, configureInAppPostbacks }) => configureInAppPostbacks && accountId === owner,
  );
  if (grant === undefined) return "";
  const isAgency = current.accounts.some((account) => account.id === owner && account.kind === "agency");
  const place = isAgency ? `?configurator=${owner}` : "";
  return `, which lets yours configure there: change one integration with PUT /v1/apps/${id}/integrations/<partner_id>${place}, and simulate it with POST /v1/simulations and \`changes.integrations\``;
};

const wholeProblems = (current: Catalog, part: Catalog): readonly Problem[] => {
  const known = new Set(current.accounts.map(stableText));
  const changed = part.accounts.findIndex((account) => !known.has(stableText(account)));
  return [
    ...(changed < 0 ? [] : problem("catalog.foreign", ["accounts", changed], "accounts are the operator's to change")),
    ...(part.active || !current.active
      ? []
      : problem("catalog.foreign", ["active"], "everything is the operator's to switch off")),
  ];
};

const grantProblems = (current: readonly App[], written: readonly App[]): readonly Problem[] =>
  written.flatMap((app, index) => {
    const before = current.find(({ id }) => id === app.id)?.grants ?? [];
    if (isSameValue(before, app.grants)) return [];
    return problem("catalog.role", ["apps", index, "grants"], "grants are changed by an admin or owner");
  });

const problem = (code: string, path: Problem["path"], message: string): readonly Problem[] => [
  { path, code, message: `${pathText(path)}: ${message}` },
];
