import { accountId } from "#src/core/ids.ts";
import type { Account, Catalog } from "./catalog.ts";

/**
 * The account that is always there and operates the server: what names no account is its own, and
 * its admins and owners are operators.
 */
export const mainAccountId = accountId("main");

const mainAccount: Account = { id: mainAccountId, name: "main", kind: "advertiser", afPrtNames: [] };

/** Every account, with the main one where the catalog does not list it. */
export const accountsOf = ({ accounts }: Pick<Catalog, "accounts">): readonly Account[] =>
  accounts.some(({ id }) => id === mainAccountId) ? accounts : [mainAccount, ...accounts];
