import type { Catalog } from "#src/core/catalog/catalog.ts";
import { mainAccountId } from "#src/core/catalog/main-account.ts";
import type { AccountId } from "#src/core/ids.ts";
import type { Trouble } from "./notice.ts";

/** Whose trouble it is: of the account that owns the app or the partner; the main account operates the server, and hears of all. */
export const concernsAccount = (
  { appId, partnerId }: Pick<Trouble, "appId" | "partnerId">,
  account: AccountId,
  catalog: Pick<Catalog, "apps" | "partners">,
): boolean =>
  account === mainAccountId ||
  catalog.apps.some((app) => app.id === appId && app.accountId === account) ||
  catalog.partners.some((partner) => partner.id === partnerId && partner.accountId === account);
