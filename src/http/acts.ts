import { searchNames } from "#src/contract/list-query.ts";
import { timeText } from "#src/contract/wire-time.ts";
import type { Catalog } from "#src/core/catalog/catalog.ts";
import { type AccountId, appId, partnerId } from "#src/core/ids.ts";
import type { ActKind, ActVerb } from "#src/core/permissions/act.ts";
import type { Hashes } from "#src/core/templates/hashes.ts";
import type { Act } from "#src/ports/audit-trail.ts";
import type { Caller } from "./caller.ts";
import type { HttpDependencies } from "./http-dependencies.ts";

export type ActDraft = {
  readonly kind: ActKind;
  readonly subject: string;
  readonly verb: ActVerb;
  /** Whose thing it was done to; the caller's own by default. */
  readonly account?: AccountId | undefined;
  readonly app?: string | null | undefined;
  readonly before?: object | undefined;
  readonly after?: object | undefined;
};

/** Who did it, for a method of the storage that does it: deed and act are one transaction. */
export const actsOf = (clock: Told["clock"], caller: Caller, ...drafts: readonly ActDraft[]): readonly Act[] => {
  const actor = { id: caller.keyId, name: caller.name, account: caller.accountId };
  return drafts.map(({ kind, subject, verb, account = caller.accountId, app = null, before, after }) => ({
    at: clock.now(),
    actor,
    account,
    appId: app === null ? null : appId(app),
    ...{ kind, subject, verb, before: jsonText(before), after: jsonText(after) },
  }));
};

/**
 * Writes down who did what is no single transaction, after it was done and before it is answered: whoever hears that it
 * was done can read it in the audit log. When this fails the caller hears a fault, and asks again.
 */
export const tellAct = async (
  { storage, clock }: Told,
  caller: Caller,
  ...drafts: readonly ActDraft[]
): Promise<void> => {
  await storage.audit.append(actsOf(clock, caller, ...drafts));
};

type Told = { readonly storage: Pick<HttpDependencies["storage"], "audit">; readonly clock: HttpDependencies["clock"] };

const jsonText = (value: object | undefined): string | null => (value === undefined ? null : JSON.stringify(value));

/** Whose an app is; undefined where it is not in the catalog, or none is named. */
export const ownerOfApp = ({ apps }: Catalog, id: string | undefined): AccountId | undefined =>
  id === undefined ? undefined : apps.find((app) => app.id === appId(id))?.accountId;

export const ownerOfPartner = ({ partners }: Catalog, id: string): AccountId | undefined =>
  partners.find((one) => one.id === partnerId(id))?.accountId;

/** A filter as an act keeps it: an id of a person or of something they did only as its hash. */
export const shownFilter = (filter: object, { sha256 }: Pick<Hashes, "sha256">): object =>
  Object.fromEntries(
    Object.entries(filter).flatMap(([name, value]) => {
      if (value === undefined) return [];
      if (searchNames.some((search) => search === name)) return [[`${name}_sha256`, sha256(String(value))]];
      return [[name, typeof value === "number" ? timeText(value) : value]];
    }),
  );
