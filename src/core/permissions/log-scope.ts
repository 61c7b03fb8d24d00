import type { AccountId, AppId, PartnerId } from "#src/core/ids.ts";
import { configuratorOfReceiver, ownerOfReceiver, readTargetKey } from "#src/core/postbacks/target-key.ts";

/** What of the log somebody sees, or may act on. Plain data: it is handed to every store and kept with jobs. */
export type LogScope = {
  /** Apps of which it is everything. */
  readonly apps: readonly AppId[];
  /** Of these apps it is an agency's own traffic, and what goes out by its own integrations. */
  readonly agency: {
    readonly accountId: AccountId;
    readonly afPrtNames: readonly string[];
    readonly apps: readonly AppId[];
  } | null;
  /** Partners of which it is every postback to them, and no event. */
  readonly partners: readonly PartnerId[];
};

export const emptyLogScope: LogScope = { apps: [], agency: null, partners: [] };

export const isEmptyLogScope = ({ apps, agency, partners }: LogScope): boolean =>
  apps.length === 0 && (agency === null || agency.apps.length === 0) && partners.length === 0;

/** What is in both scopes of one account: what was asked for then, as far as it is the account's now. */
export function overlapOf(then: LogScope, now: LogScope): LogScope {
  const agency = now.agency ?? then.agency;
  const apps = then.apps.filter((app) => isIn(now.apps, app));
  const mentionedNow = mentionedApps(now);
  const ofAgency = mentionedApps(then).filter((app) => isIn(mentionedNow, app) && !isIn(apps, app));
  return {
    apps,
    agency: agency === null ? null : { ...agency, apps: ofAgency },
    partners: then.partners.filter((partner) => isIn(now.partners, partner)),
  };
}

const mentionedApps = ({ apps, agency }: LogScope): readonly AppId[] => [...apps, ...(agency?.apps ?? [])];

/** `afPrt` is asked for only where it decides: it may have to be read from the event's text. */
export function holdsEvent(scope: LogScope, app: string, afPrt: () => string | null): boolean {
  if (isIn(scope.apps, app)) return true;
  if (scope.agency === null || !isIn(scope.agency.apps, app)) return false;
  const name = afPrt();
  return name !== null && scope.agency.afPrtNames.includes(name);
}

/** Whether postbacks of a receiver are in it. */
export function holdsReceiver(scope: LogScope, receiver: string): boolean {
  const owner = ownerOfReceiver(receiver);
  if (owner === null) return false;
  return holdsPlace(scope, {
    app: owner.appId,
    partner: owner.partnerId,
    configurator: configuratorOfReceiver(receiver),
  });
}

/** Whether what an app's target (integration, mapping or rule) decides and sends is in it. */
export function holdsTarget(scope: LogScope, app: string, targetKey: string): boolean {
  const target = readTargetKey(targetKey);
  return target.kind === "rule"
    ? isIn(scope.apps, app)
    : holdsPlace(scope, { app, partner: target.partnerId, configurator: target.configurator });
}

type Place = { readonly app: string; readonly partner: string | null; readonly configurator: string | null };

function holdsPlace({ apps, agency, partners }: LogScope, { app, partner, configurator }: Place): boolean {
  if (isIn(apps, app)) return true;
  if (partner !== null && isIn(partners, partner)) return true;
  return agency !== null && configurator === agency.accountId && isIn(agency.apps, app);
}

const isIn = (ids: readonly string[], id: string): boolean => ids.includes(id);
