import type { ErasedWire } from "#src/contract/erasure-contract.ts";
import { routes } from "#src/contract/routes.ts";
import { type AppId, appId } from "#src/core/ids.ts";
import type { Hashes } from "#src/core/templates/hashes.ts";
import type { Erased } from "#src/engine/operate/erasures.ts";
import { ownerOfApp, tellAct } from "./acts.ts";
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
    const done = await engine.erase({ appIds, identifiers, linked, dryRun: query.dry_run });
    if (done.kind === "too_many_linked")
      return refuse(
        "erasure.too_many_linked",
        `linked: the ids lead to more than ${done.max} others, so one of them is shared by many people; send "linked": false, or without the shared id`,
      );
    const answer = erasedAnswer(done, query.dry_run);
    if (!query.dry_run) {
      const account = ownerOfApp(engine.catalog.current().catalog, body.app_id);
      const after = toldOf(answer, body, dependencies.hashes);
      const act = { kind: "erasure", verb: "erased", account, app: body.app_id, after } as const;
      const subjects = after.identifiers.map(({ kind, sha256 }) => `${kind}/${sha256}`);
      await tellAct(dependencies, caller, ...subjects.map((subject) => ({ ...act, subject })));
    }
    return { kind: "ok", answer };
  });
};

type Body = RouteInput<typeof routes.eraseUserData>["body"];

/** Whom it was about is told by the hash of each id that was given: whoever has the id can show that it was erased. */
const toldOf = (answer: ErasedWire, { identifiers: given, linked }: Body, { sha256 }: Pick<Hashes, "sha256">) => {
  const { dry_run: _dryRun, identifiers, ...counts } = answer;
  const hashed = given.map(({ kind, value }) => ({ kind, sha256: sha256(value) }));
  return { identifiers: hashed, linked, linked_identifiers: identifiers.length - given.length, ...counts };
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
