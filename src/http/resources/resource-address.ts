import type { ReadQuery, ResourceKind, ResourceParams } from "#src/contract/resource-contract.ts";
import type { PartAddress } from "#src/core/catalog/catalog-part.ts";
import { accountId, appId, partnerId, ruleId } from "#src/core/ids.ts";

export type ResourceAddress = Exclude<PartAddress, { readonly kind: "everything" }>;

/** What a path and its query name. */
export const addressFor = (kind: ResourceKind, params: ResourceParams, query: ReadQuery): ResourceAddress => {
  const named = (name: string): string => params[name] ?? "";
  switch (kind) {
    case "account":
      return { kind, accountId: accountId(named("account_id")) };
    case "partner":
      return { kind, partnerId: partnerId(named("partner_id")) };
    case "app":
      return { kind, appId: appId(named("app_id")) };
    case "integration": {
      const { configurator } = query;
      return {
        kind,
        appId: appId(named("app_id")),
        partnerId: partnerId(named("partner_id")),
        configurator: configurator === undefined ? null : accountId(configurator),
      };
    }
    case "rule":
      return { kind, appId: appId(named("app_id")), ruleId: ruleId(named("rule_id")) };
    case "grant":
      return { kind, appId: appId(named("app_id")), accountId: accountId(named("account_id")) };
  }
};

/** Members of the document that the address says already. */
export const membersOf = (address: ResourceAddress): Readonly<Record<string, string | null>> => {
  switch (address.kind) {
    case "account":
      return { id: address.accountId };
    case "partner":
      return { id: address.partnerId };
    case "app":
      return { id: address.appId };
    case "integration":
      return { partner_id: address.partnerId, configurator: address.configurator };
    case "rule":
      return { id: address.ruleId };
    case "grant":
      return { account_id: address.accountId };
  }
};
