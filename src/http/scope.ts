import type { Catalog, Grant } from "#src/core/catalog/catalog.ts";
import type { Event } from "#src/core/events/event.ts";
import { afPrtOf } from "#src/core/events/event-agency.ts";
import { type AccountId, type AppId, appId, partnerId } from "#src/core/ids.ts";
import { accountScopeOf } from "#src/core/permissions/account-scope.ts";
import {
  emptyLogScope,
  holdsEvent,
  holdsReceiver,
  holdsTarget,
  isEmptyLogScope,
  type LogScope,
} from "#src/core/permissions/log-scope.ts";
import type { Caller } from "./caller.ts";
import { type Refusal, refuse } from "./refusal.ts";

/**
 * What a caller sees and may act on, by the catalog in force. Every handler is asked with one: what
 * is not in it is answered as if it were not there, and what is seen and not to be touched is refused.
 */
export type Scope = {
  readonly isOperator: boolean;
  /** Identifiers and addresses of people are not shown. */
  readonly isMasked: boolean;
  readonly accountId: AccountId;
  readonly kind: "operator" | "app" | "advertiser" | "agency" | "partner" | "none";
  /** Of the log; goes into filters as `within`. An operator's is everything. */
  readonly looks: Bounds;
  readonly acts: Bounds;
  /** Events that the caller's drafts are tried on. */
  readonly tries: Bounds;
  readonly ownsApp: (id: string) => boolean;
  readonly seesApp: (id: string) => boolean;
  readonly ownsPartner: (id: string) => boolean;
  readonly seesPartner: (id: string) => boolean;
  /** What the owner of an app lets the account do; null for its own. */
  readonly grantOf: (id: string) => Grant | null;
};

export type Bounds = {
  /** Absent: everything. */
  readonly filter: { readonly within?: LogScope };
  readonly isEmpty: boolean;
  readonly holdsEvent: (event: Event) => boolean;
  readonly holdsReceiver: (receiver: string) => boolean;
  readonly holdsTarget: (app: string, targetKey: string) => boolean;
};

export const scopeOf = (catalog: Catalog, caller: Caller): Scope => {
  const isMasked = caller.role === "viewer";
  if (caller.isOperator) return { ...everything, isMasked, accountId: caller.accountId };
  if (caller.appId !== null && accountScopeOf(catalog, caller.accountId).apps.has(caller.appId))
    return appScope(caller.appId, caller);
  if (caller.role === null) return { ...nothing, accountId: caller.accountId };
  const scope = accountScopeOf(catalog, caller.accountId);
  return {
    isOperator: false,
    isMasked,
    accountId: caller.accountId,
    kind: scope.account?.kind ?? "none",
    looks: boundsOf(scope.looks),
    acts: boundsOf(scope.acts),
    tries: boundsOf(scope.tries),
    ownsApp: (id) => scope.apps.has(appId(id)),
    seesApp: (id) => scope.seenApps.has(appId(id)),
    ownsPartner: (id) => scope.partners.has(partnerId(id)),
    seesPartner: (id) => scope.seenPartners.has(partnerId(id)),
    grantOf: (id) => scope.grants.get(appId(id)) ?? null,
  };
};

/**
 * Whether what an app's users paid may be told: always of one's own, to a key of that very app too, and of another
 * account's as far as its grant goes.
 */
export const seesRevenue = ({ kind, ownsApp, seesApp, grantOf }: Scope, { appId: id }: Pick<Event, "appId">): boolean =>
  ownsApp(id) || (kind === "app" && seesApp(id)) || grantOf(id)?.shareRevenue === true;

/** Answers null where the caller may act on something of the log. */
export const refuseActing = ({ acts }: Scope): Refusal | null =>
  acts.isEmpty ? refuse("permission.denied", "your account may look here, and not act; ask the app's owner") : null;

const boundsOf = (scope: LogScope): Bounds => ({
  filter: { within: scope },
  isEmpty: isEmptyLogScope(scope),
  holdsEvent: (event) => holdsEvent(scope, event.appId, () => afPrtOf(event)),
  holdsReceiver: (receiver) => holdsReceiver(scope, receiver),
  holdsTarget: (app, targetKey) => holdsTarget(scope, app, targetKey),
});

const always = (): boolean => true;
const never = (): boolean => false;
const noGrant = (): null => null;
const noBounds: Bounds = {
  filter: {},
  isEmpty: false,
  holdsEvent: always,
  holdsReceiver: always,
  holdsTarget: always,
};

const everything: Omit<Scope, "isMasked" | "accountId"> = {
  isOperator: true,
  kind: "operator",
  looks: noBounds,
  acts: noBounds,
  tries: noBounds,
  ownsApp: always,
  seesApp: always,
  ownsPartner: always,
  seesPartner: always,
  grantOf: noGrant,
};

const nothing: Omit<Scope, "accountId"> = {
  isOperator: false,
  isMasked: true,
  kind: "none",
  looks: boundsOf(emptyLogScope),
  acts: boundsOf(emptyLogScope),
  tries: boundsOf(emptyLogScope),
  ownsApp: never,
  seesApp: never,
  ownsPartner: never,
  seesPartner: never,
  grantOf: noGrant,
};

/** A key of one app reads that app's log, for as long as the app is its account's. */
const appScope = (app: AppId, { accountId }: Caller): Scope => ({
  ...nothing,
  accountId,
  isMasked: false,
  kind: "app",
  looks: boundsOf({ ...emptyLogScope, apps: [app] }),
  seesApp: (id) => id === app,
});
