import type { App, Catalog } from "#src/core/catalog/catalog.ts";
import type { CompiledCatalog } from "#src/core/compile/compiled-catalog.ts";
import type { ReceiverId } from "#src/core/ids.ts";
import type { CancelReason } from "#src/core/postbacks/postback.ts";
import { integrationReceiverId, removalReasonOf, ruleReceiverId } from "#src/core/postbacks/target-key.ts";

/** Receivers that a change takes away or revokes, each with the reason; what it left alone is not looked at. */
export function cancellations(before: Catalog, after: CompiledCatalog): ReadonlyMap<ReceiverId, CancelReason> {
  const cancelled = new Map<ReceiverId, CancelReason>();
  for (const app of before.apps) {
    const now = after.apps.get(app.id)?.app ?? null;
    if (now === app) continue;
    const revokedBefore = revokedReceiversOf(app);
    const revokedNow = now === null ? nobody : revokedReceiversOf(now);
    for (const receiverId of receiversOf(app)) {
      if (!after.receivers.has(receiverId)) cancelled.set(receiverId, removalReasonOf(receiverId));
      else if (revokedNow.has(receiverId) && !revokedBefore.has(receiverId)) cancelled.set(receiverId, "grant_revoked");
    }
  }
  return cancelled;
}

/** Receivers of integrations that an account configured and has no grant for. */
export function revokedReceivers(catalog: Catalog): ReadonlySet<ReceiverId> {
  return new Set(catalog.apps.flatMap((app) => [...revokedReceiversOf(app)]));
}

/** Receivers of integrations whose configurator may not know what was paid. */
export function receiversWithoutRevenue(catalog: Catalog): ReadonlySet<ReceiverId> {
  return new Set(catalog.apps.flatMap((app) => withoutRevenueOf(app)));
}

const withoutRevenueOf = ({ id, grants, integrations }: App): readonly ReceiverId[] => {
  const shared = new Set(grants.filter(({ shareRevenue }) => shareRevenue).map(({ accountId }) => accountId));
  return integrations.flatMap(({ partnerId, configurator }) =>
    configurator === null || shared.has(configurator) ? [] : [integrationReceiverId(id, partnerId, configurator)],
  );
};

const nobody: ReadonlySet<ReceiverId> = new Set();

const receiversOf = (app: App): readonly ReceiverId[] => [
  ...app.integrations.map(({ partnerId, configurator }) => integrationReceiverId(app.id, partnerId, configurator)),
  ...app.rules.map(({ id }) => ruleReceiverId(app.id, id)),
];

function revokedReceiversOf(app: App): ReadonlySet<ReceiverId> {
  const revoked = new Set<ReceiverId>();
  const granted = new Set(app.grants.map((grant) => grant.accountId));
  for (const { partnerId, configurator } of app.integrations) {
    if (configurator === null || granted.has(configurator)) continue;
    revoked.add(integrationReceiverId(app.id, partnerId, configurator));
  }
  return revoked;
}
