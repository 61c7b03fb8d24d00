import type { Account, Catalog, Grant } from "#src/core/catalog/catalog.ts";
import { accountsOf, mainAccountId } from "#src/core/catalog/main-account.ts";
import type { AccountId, AppId, PartnerId } from "#src/core/ids.ts";
import { emptyLogScope, type LogScope } from "./log-scope.ts";

/** What is an account's by one revision of the catalog, and what others grant it. An account that the catalog no longer has sees nothing. */
export type AccountScope = {
  readonly account: Account | null;
  /** Apps that it owns. */
  readonly apps: ReadonlySet<AppId>;
  /** Partners that it made. */
  readonly partners: ReadonlySet<PartnerId>;
  /** Partners that it may connect: its own, those of the operator, and those whose own account made them. */
  readonly seenPartners: ReadonlySet<PartnerId>;
  /** What owners of other apps let it do. */
  readonly grants: ReadonlyMap<AppId, Grant>;
  /** Apps that it sees something of. */
  readonly seenApps: ReadonlySet<AppId>;
  /** What of the log it sees, and what of it it may replay, cancel and send again. */
  readonly looks: LogScope;
  readonly acts: LogScope;
  /**
   * Events that it tries drafts on: those that it sees; for a partner's account, which sees none, those of connected
   * apps whose owners let it configure.
   */
  readonly tries: LogScope;
};

export const accountScopeOf = (catalog: Catalog, id: AccountId): AccountScope => {
  const ofCatalog = remembered.get(catalog) ?? new Map<AccountId, AccountScope>();
  remembered.set(catalog, ofCatalog);
  const known = ofCatalog.get(id) ?? makeScope(catalog, id);
  ofCatalog.set(id, known);
  return known;
};

/** A revision never changes, and is asked for with every request and every slice of a job. */
const remembered = new WeakMap<Catalog, Map<AccountId, AccountScope>>();

const makeScope = (catalog: Catalog, id: AccountId): AccountScope => {
  const accounts = new Map(accountsOf(catalog).map((account) => [account.id, account]));
  const account = accounts.get(id) ?? null;
  if (account === null) return nothing;
  const apps = new Set(catalog.apps.filter((app) => app.accountId === id).map((app) => app.id));
  const own = catalog.partners.filter((partner) => partner.accountId === id).map((partner) => partner.id);
  const partners = new Set(own);
  const grants = new Map(
    catalog.apps.flatMap((app) => {
      const grant = app.grants.find((one) => one.accountId === id);
      return grant === undefined ? [] : [[app.id, grant] as const];
    }),
  );
  const sentTo = account.kind === "partner" ? partners : new Set<PartnerId>();
  const connected = catalog.apps.filter((app) => app.integrations.some(({ partnerId }) => sentTo.has(partnerId)));
  return {
    account,
    apps,
    partners,
    seenPartners: new Set(catalog.partners.filter((partner) => isOpen(partner.accountId)).map((partner) => partner.id)),
    grants,
    seenApps: new Set([...apps, ...grants.keys(), ...connected.map((app) => app.id)]),
    looks: logScope(account, { apps, granted: [...grants.keys()], partners: [...sentTo] }),
    // A partner has its postbacks sent again by asking the advertiser.
    acts: logScope(account, { apps, granted: replayable(grants), partners: [] }),
    tries: logScope(account, {
      apps: new Set([...apps, ...connected.map((app) => app.id).filter(isConfigurable)]),
      granted: [...grants.keys()],
      partners: [],
    }),
  };

  function isConfigurable(app: AppId): boolean {
    return grants.get(app)?.configureInAppPostbacks === true;
  }

  function isOpen(owner: AccountId): boolean {
    return owner === id || owner === mainAccountId || accounts.get(owner)?.kind === "partner";
  }
};

const nothing: AccountScope = {
  account: null,
  apps: new Set(),
  partners: new Set(),
  seenPartners: new Set(),
  grants: new Map(),
  seenApps: new Set(),
  looks: emptyLogScope,
  acts: emptyLogScope,
  tries: emptyLogScope,
};

const replayable = (grants: ReadonlyMap<AppId, Grant>): readonly AppId[] =>
  [...grants].filter(([, grant]) => grant.replay).map(([app]) => app);

const logScope = (
  account: Account,
  of: {
    readonly apps: ReadonlySet<AppId>;
    readonly granted: readonly AppId[];
    readonly partners: readonly PartnerId[];
  },
): LogScope => ({
  apps: [...of.apps],
  agency:
    account.kind === "agency" ? { accountId: account.id, afPrtNames: account.afPrtNames, apps: of.granted } : null,
  partners: of.partners,
});
