import type { ErasedWire } from "#src/contract/erasure-contract.ts";
import { routes } from "#src/contract/routes.ts";
import { type AppId, appId } from "#src/core/ids.ts";
import type { Erased } from "#src/engine/operate/erasures.ts";
import type { HttpDependencies } from "./http-dependencies.ts";
import { refuse } from "./refusal.ts";
import type { ServeRoute } from "./serve-route.ts";

export const serveErasure = (serve: ServeRoute, { engine }: HttpDependencies): void => {
  serve(routes.eraseUserData, async ({ body, query, scope }) => {
    const apps = engine.catalog
      .current()
      .catalog.apps.map(({ id }) => id)
      .filter(scope.ownsApp);
    const only = body.app_id === undefined ? null : appId(body.app_id);
    if (only !== null && !apps.includes(only))
      return refuse("erasure.app_unknown", `app_id: there is no app ${only}; leave it out to look through all`);
    const appIds: readonly AppId[] = only === null ? apps : [only];
    const { identifiers, linked } = body;
    const done = await engine.erase({ appIds, identifiers, linked, dryRun: query.dry_run });
    if (done.kind === "too_many_linked")
      return refuse(
        "erasure.too_many_linked",
        `linked: the ids lead to more than ${done.max} others, so one of them is shared by many people; send "linked": false, or without the shared id`,
      );
    return { kind: "ok", answer: erasedAnswer(done, query.dry_run) };
  });
};

const erasedAnswer = (done: Extract<Erased, { kind: "erased" }>, dryRun: boolean): ErasedWire => ({
  dry_run: dryRun,
  identifiers: done.identifiers.map(({ kind, value }) => ({ kind, value })),
  events: done.events,
  cancelled: done.cancelled,
  in_flight: done.inFlight,
  install_records: done.installs,
  once_marks: done.marks,
});
