import { searchNames } from "#src/contract/list-query.ts";
import { timeText } from "#src/contract/wire-time.ts";
import type { Catalog } from "#src/core/catalog/catalog.ts";
import { type AccountId, appId, partnerId } from "#src/core/ids.ts";
import type { ActKind, ActVerb } from "#src/core/permissions/act.ts";
import type { Hashes } from "#src/core/templates/hashes.ts";
import type { Act } from "#src/ports/audit-trail.ts";
import type { Caller } from "./caller.ts";
import type { HttpDependencies } from "./http-dependencies.ts";
import type { Scope } from "./scope.ts";

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

/** A deed of several transactions, or outside the storage: what is told of it stands in `after`, with its stage. */
export type Deed = {
  readonly caller: Caller;
  readonly drafts: readonly Omit<ActDraft, "before" | "after">[];
  /** What it is about to do. */
  readonly intent: object;
};

type Doing<Done> = {
  /** Calls `begin` before the first thing that it does for good; where that fails, it does nothing. */
  readonly act: (begin: () => Promise<void>) => Promise<Done>;
  readonly outcome: (done: Done) => object;
};

/**
 * Told when it begins, and again when it has ended: whatever ends the process between leaves no deed that nobody was
 * told of. What never began is not told.
 */
export const tellAround = async <Done>(told: Told, deed: Deed, { act, outcome }: Doing<Done>): Promise<Done> => {
  let isBegun = false;
  const begin = async (): Promise<void> => {
    await tellStage(told, deed, { stage: "begun" });
    isBegun = true;
  };
  let done: Done;
  try {
    done = await act(begin);
  } catch (error) {
    // The fault is what the caller must hear, whether this can be written or not: that it was begun is told.
    if (isBegun) await tellStage(told, deed, { stage: "failed" }).catch(() => {});
    throw error;
  }
  if (isBegun) await tellStage(told, deed, { ...outcome(done), stage: "done" });
  return done;
};

const tellStage = async ({ storage, clock }: Told, { caller, drafts, intent }: Deed, told: object): Promise<void> => {
  const after = { ...intent, ...told };
  await storage.audit.append(actsOf(clock, caller, ...drafts.map((draft) => ({ ...draft, after }))));
};

type Told = { readonly storage: Pick<HttpDependencies["storage"], "audit">; readonly clock: HttpDependencies["clock"] };

const jsonText = (value: object | undefined): string | null => (value === undefined ? null : JSON.stringify(value));

/** Whose an app is; undefined where it is not in the catalog, or none is named. */
export const ownerOfApp = ({ apps }: Catalog, id: string | undefined): AccountId | undefined =>
  id === undefined ? undefined : apps.find((app) => app.id === appId(id))?.accountId;

/**
 * Of what was done to all that a filter finds. Where the caller does not see the app that it names, nothing was done to
 * that app: it is an act of the caller's alone, its owner reads nothing of it, and whose it is stays untold.
 */
export const placeOfFilter = (
  catalog: Catalog,
  app: string | undefined,
  { seesApp }: Pick<Scope, "seesApp">,
): Pick<ActDraft, "account" | "app"> =>
  app === undefined || !seesApp(app) ? {} : { account: ownerOfApp(catalog, app), app };

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
