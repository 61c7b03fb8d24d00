import type { CompiledCatalog } from "#src/core/compile/compiled-catalog.ts";
import type { AccountId, AppId } from "#src/core/ids.ts";

/**
 * Names of an app's events that an account may read: an owner all; who has a grant those that are granted; a
 * partner's account those that are mapped for its partner.
 */
export function seenEventNames(
  { apps, partners }: CompiledCatalog,
  account: AccountId,
  id: AppId,
): "*" | ReadonlySet<string> {
  const app = apps.get(id)?.app;
  if (app === undefined) return new Set();
  if (app.accountId === account) return "*";
  const granted = app.grants.find(({ accountId }) => accountId === account)?.eventNames ?? [];
  if (granted === "*") return granted;
  const mapped = app.integrations
    .filter(({ partnerId }) => partners.get(partnerId)?.accountId === account)
    .flatMap(({ mappings }) => mappings.map(({ eventName }) => eventName));
  return new Set([...granted, ...mapped]);
}
