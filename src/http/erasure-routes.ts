import type { ErasedWire } from "#src/contract/erasure-contract.ts";
import { routes } from "#src/contract/routes.ts";
import { type AppId, appId } from "#src/core/ids.ts";
import type { Hashes } from "#src/core/templates/hashes.ts";
import type { Erased } from "#src/engine/operate/erasures.ts";
import { type ActDraft, type Deed, ownerOfApp, tellAround } from "./acts.ts";
import type { HttpDependencies } from "./http-dependencies.ts";
import { refuse } from "./refusal.ts";
import type { RouteInput, ServeRoute } from "./serve-route.ts";

export const serveErasure = (serve: ServeRoute, dependencies: HttpDependencies): void => {
  const { engine } = dependencies;
  serve(routes.eraseUserData, async ({ body, query, caller, scope }) => {
    const apps = engine.catalog
      .current()
      .catalog.apps.map(({ id }) => id)
      .filter(scope.ownsApp);
    const only = body.app_id === undefined ? null : appId(body.app_id);
    if (only !== null && !apps.includes(only))
      return refuse("erasure.app_unknown", `app_id: there is no app ${only}; leave it out to look through all`);
    const appIds: readonly AppId[] = only === null ? apps : [only];
    const { identifiers, linked } = body;
    const dryRun = query.dry_run;
    const request = { appIds, identifiers, linked, dryRun };
    const erase = (begin: () => Promise<void>) => engine.erase(dryRun ? request : { ...request, begin });
    const account = ownerOfApp(engine.catalog.current().catalog, body.app_id);
    const deed = deedOf(dependencies.hashes, body, { account, caller });
    const outcome = (erased: Erased) => outcomeOf(erased, body);
    const done = await tellAround(dependencies, deed, { act: erase, outcome });
    if (done.kind === "too_many_linked")
      return refuse(
        "erasure.too_many_linked",
        `linked: the ids lead to more than ${done.max} others, so one of them is shared by many people; send "linked": false, or without the shared id`,
      );
    return { kind: "ok", answer: erasedAnswer(done, dryRun) };
  });
};

type Body = RouteInput<typeof routes.eraseUserData>["body"];

/** Whom it was about is told by the hash of each id that was given: whoever has the id can show that it was erased. */
const deedOf = (
  { sha256 }: Pick<Hashes, "sha256">,
  { identifiers, linked, app_id: app }: Body,
  { account, caller }: Pick<ActDraft, "account"> & Pick<Deed, "caller">,
): Deed => {
  const hashed = identifiers.map(({ kind, value }) => ({ kind, sha256: sha256(value) }));
  const act = { kind: "erasure", verb: "erased", account, app } as const;
  return {
    caller,
    intent: { identifiers: hashed, linked },
    drafts: hashed.map(({ kind, sha256: hash }) => ({ ...act, subject: `${kind}/${hash}` })),
  };
};

const outcomeOf = (done: Erased, { identifiers: given }: Body): object => {
  if (done.kind === "too_many_linked") return {};
  const { dry_run: _dryRun, identifiers, ...counts } = erasedAnswer(done, false);
  return { linked_identifiers: identifiers.length - given.length, ...counts };
};

const erasedAnswer = (done: Extract<Erased, { kind: "erased" }>, dryRun: boolean): ErasedWire => ({
  dry_run: dryRun,
  identifiers: done.identifiers.map(({ kind, value }) => ({ kind, value })),
  events: done.events,
  cancelled: done.cancelled,
  in_flight: done.inFlight,
  install_records: done.installs,
  once_marks: done.marks,
  left_in_log: done.leftInLog,
  left_in_file: done.leftInFile,
});
