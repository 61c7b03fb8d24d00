import type { App } from "#src/core/catalog/catalog.ts";
import type { PartAddress } from "#src/core/catalog/catalog-part.ts";
import { accountsOf, mainAccountId } from "#src/core/catalog/main-account.ts";
import type { CompiledCatalog } from "#src/core/compile/compiled-catalog.ts";
import type { AccountId, PartnerId } from "#src/core/ids.ts";

/** Whose a part is to an account: nobody's business, seen, or its own to change. */
export type PartAccess = "none" | "sees" | "changes";

/**
 * An app is its owner's, with all that stands in it; an agency has its own integrations and sees its own grant; a
 * partner's account has its partner, sees integrations with it, and changes the advertiser's within its grant. A partner of the main account, or of one that is a
 * partner, is seen by everybody: it can be connected.
 */
export function partAccess(catalog: CompiledCatalog, account: AccountId, address: PartAddress): PartAccess {
  switch (address.kind) {
    case "everything":
      return "none";
    case "account":
      return address.accountId === account ? "sees" : "none";
    case "partner":
      return partnerAccess(catalog, account, address.partnerId);
    case "app":
    case "rule":
    case "grant":
    case "integration": {
      const app = catalog.apps.get(address.appId)?.app;
      if (app?.accountId === account) return "changes";
      return app === undefined ? "none" : foreignAccess({ catalog, account, app }, address);
    }
  }
}

type InApp = Extract<PartAddress, { readonly kind: "app" | "rule" | "grant" | "integration" }>;
type Foreign = { readonly catalog: CompiledCatalog; readonly account: AccountId; readonly app: App };

/** In an app of another account. */
function foreignAccess({ catalog, account, app }: Foreign, address: InApp): PartAccess {
  const grant = app.grants.find(({ accountId }) => accountId === account);
  switch (address.kind) {
    case "rule":
      return "none";
    case "grant":
      return address.accountId === account && grant !== undefined ? "sees" : "none";
    case "app":
      return grant !== undefined || app.integrations.some(({ partnerId }) => isSentTo(catalog, account, partnerId))
        ? "sees"
        : "none";
    case "integration":
      if (address.configurator === account && grant !== undefined)
        return grant.configureInAppPostbacks ? "changes" : "sees";
      if (!isSentTo(catalog, account, address.partnerId)) return "none";
      return grant?.configureInAppPostbacks === true && address.configurator === null ? "changes" : "sees";
  }
}

function partnerAccess(catalog: CompiledCatalog, account: AccountId, id: PartnerId): PartAccess {
  const owner = catalog.partners.get(id)?.accountId;
  if (owner === undefined) return "none";
  if (owner === account) return "changes";
  return owner === mainAccountId || kindOf(catalog, owner) === "partner" ? "sees" : "none";
}

/** Whether postbacks to this partner are this account's to see. */
const isSentTo = (catalog: CompiledCatalog, account: AccountId, partner: PartnerId): boolean =>
  kindOf(catalog, account) === "partner" && catalog.partners.get(partner)?.accountId === account;

const kindOf = ({ catalog }: CompiledCatalog, account: AccountId) =>
  accountsOf(catalog).find(({ id }) => id === account)?.kind;
