import { mainAccountId } from "#src/core/catalog/main-account.ts";
import type { NewKey } from "#src/http/keyring.ts";

/** An owner's management key of the main account, unless the parts say otherwise. */
export const aNewKey = (parts: Partial<NewKey> = {}): NewKey => ({
  kind: "management",
  name: "a key",
  accountId: mainAccountId,
  role: "owner",
  appId: null,
  expiresAt: null,
  ratePerSecond: null,
  origins: [],
  ...parts,
});
