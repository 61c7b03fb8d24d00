import { isErrorCode } from "#src/contract/error-codes.ts";
import { kindRows } from "#src/contract/resource-contract.ts";
import { accessText } from "#src/contract/route-access.ts";
import { findPart } from "#src/core/catalog/catalog-edit.ts";
import type { CatalogPart, PartAddress } from "#src/core/catalog/catalog-part.ts";
import type { CompiledCatalog } from "#src/core/compile/compiled-catalog.ts";
import type { AppId } from "#src/core/ids.ts";
import { revenueNames } from "#src/core/money/revenue-names.ts";
import { type GrantedChange, integrationProblems } from "#src/core/permissions/integration-limits.ts";
import { type PartAccess, partAccess } from "#src/core/permissions/part-access.ts";
import { pathText } from "#src/core/problem.ts";
import { type Caller, reaches } from "#src/http/caller.ts";
import { type Refusal, refuse } from "#src/http/refusal.ts";
import { membersOf, type ResourceAddress } from "./resource-address.ts";

export type ResourceChange = {
  readonly before: CompiledCatalog;
  readonly address: ResourceAddress;
  /** Null: it is removed, or it is not known yet what becomes of it. */
  readonly after: CatalogPart | null;
  /** Whether the app has reported such an event; asked for only of another account's app. */
  readonly isKnownEvent?: (name: string) => boolean;
};

/** What a caller may do with a resource. */
export const accessTo = (caller: Caller, catalog: CompiledCatalog, address: PartAddress): PartAccess =>
  caller.isOperator ? "changes" : partAccess(catalog, caller.accountId, address);

/** Why a caller may not make a change, or null: the one place that says so, whatever is changed and by which route. */
export const mayChange = (caller: Caller, change: ResourceChange): Refusal | null => {
  const { before, address, after } = change;
  const beneath = refuseLevel(caller, address);
  if (beneath !== null) return beneath;
  const isNested = "appId" in address && address.kind !== "app";
  if (isNested && accessTo(caller, before, { kind: "app", appId: address.appId }) === "none")
    return refuseMissing({ kind: "app", appId: address.appId });
  if (isNested && !before.apps.has(address.appId)) return refuseMissing({ kind: "app", appId: address.appId });
  const old = findPart(before.catalog, address);
  const access = accessTo(caller, before, address);
  if (old === null && !isNested) return after === null ? refuseMissing(address) : refuseOwner(caller, after);
  if (access === "none" && old !== null && !isNested && after !== null)
    return refuse("resource.exists", `${nameOf(address)} is another account's; take another id`);
  if (access === "none" || (old === null && after === null)) return refuseUnseen(caller, before, address);
  if (access === "sees")
    return refuse("resource.forbidden", `${nameOf(address)} is another account's to change; ask for a grant`);
  return after === null ? null : (refuseOwner(caller, after) ?? refuseBeyondGrant(caller, { ...change, after }));
};

/** A partner's account switches off what it does not want; to remove it is the advertiser's. */
export const mayRemove = (caller: Caller, change: ResourceChange): Refusal | null => {
  const refusal = mayChange(caller, { ...change, after: null });
  if (refusal !== null || grantedBy(caller, change)?.by !== "partner") return refusal;
  return refuse("grant.configure", `${nameOf(change.address)} is the advertiser's to remove; switch its mappings off`);
};

/** In another account's app an integration is changed as far as the grant goes. */
const refuseBeyondGrant = (
  caller: Caller,
  change: ResourceChange & { readonly after: CatalogPart },
): Refusal | null => {
  const { before, address, after, isKnownEvent = () => false } = change;
  const granted = grantedBy(caller, change);
  if (granted === null || after.kind !== "integration") return null;
  const old = findPart(before.catalog, address);
  const known = new Set(ownersNames(before, after.appId));
  const problems = integrationProblems({
    ...granted,
    before: old?.kind === "integration" ? old.value : null,
    after: after.value,
    isRevenue: revenueNames(before.apps.get(after.appId)?.app.revenueProperties ?? []),
    isKnownEvent: (name) => known.has(name) || isKnownEvent(name),
  });
  const [first] = problems;
  if (first === undefined) return null;
  const errors = problems.map(({ path, code, message }) => ({ path: pathText(path), code, message }));
  return refuse(isErrorCode(first.code) ? first.code : "resource.forbidden", first.message, { errors });
};

/** What the app's owner has mapped or created: names there are, whether or not the app has reported them. */
const ownersNames = ({ apps }: CompiledCatalog, id: AppId): readonly string[] => {
  const app = apps.get(id)?.app;
  if (app === undefined) return [];
  const own = app.integrations.filter(({ configurator }) => configurator === null);
  const mapped = own.flatMap(({ mappings }) => mappings.map(({ eventName }) => eventName));
  return [...mapped, ...app.customEvents.map(({ name }) => name)];
};

/** By which grant a caller changes an integration; null where the app is its own. */
const grantedBy = (caller: Caller, { before, address }: ResourceChange): Pick<GrantedChange, "by" | "grant"> | null => {
  if (caller.isOperator || address.kind !== "integration") return null;
  const app = before.apps.get(address.appId)?.app;
  if (app === undefined || app.accountId === caller.accountId) return null;
  const grant = app.grants.find(({ accountId }) => accountId === caller.accountId);
  if (grant === undefined) return null;
  return { by: address.configurator === caller.accountId ? "agency" : "partner", grant };
};

/** An agency has integrations of its own beside the advertiser's, at an address of its own. */
const refuseUnseen = (caller: Caller, before: CompiledCatalog, address: ResourceAddress): Refusal => {
  const refusal = refuseMissing(address);
  if (address.kind !== "integration" || address.configurator !== null) return refusal;
  const own = { ...address, configurator: caller.accountId };
  if (accessTo(caller, before, own) !== "changes") return refusal;
  return { ...refusal, detail: `${refusal.detail} that is yours; your own has ?configurator=${caller.accountId}` };
};

export const refuseMissing = (address: ResourceAddress): Refusal =>
  refuse(kindRows[address.kind].notFound, `there is no ${nameOf(address)}`);

/** `the app x`, as a sentence names it. */
export const nameOf = (address: ResourceAddress): string => {
  const [id = ""] = Object.values(membersOf(address));
  return "appId" in address && address.kind !== "app"
    ? `${address.kind} ${id} in ${address.appId}`
    : `${address.kind} ${id}`;
};

/** Only an operator makes something another account's. */
const refuseOwner = (caller: Caller, after: CatalogPart): Refusal | null => {
  if (caller.isOperator || (after.kind !== "app" && after.kind !== "partner")) return null;
  if (after.value.accountId === caller.accountId) return null;
  const message = `account_id: must be ${caller.accountId}, or left out`;
  return refuse("resource.forbidden", message, {
    errors: [{ path: "account_id", code: "resource.forbidden", message }],
  });
};

/** A route that changes resources of any kind lets in whoever may change one of them. */
export const refuseLevel = (caller: Caller, { kind }: ResourceAddress): Refusal | null => {
  const { write } = kindRows[kind];
  if (caller.isOperator || write.kind === "anybody" || reaches(caller, write.least)) return null;
  return refuse("auth.role", `this is for ${accessText(write)}; yours is ${caller.role ?? "none"}`);
};
