import type { RerenderedWire } from "#src/contract/postbacks-contract.ts";
import { routes } from "#src/contract/routes.ts";
import type { ActVerb } from "#src/core/permissions/act.ts";
import type { Rerendered } from "#src/engine/engine.ts";
import { type Deed, placeOfFilter, shownFilter, tellAround } from "./acts.ts";
import type { HttpDependencies } from "./http-dependencies.ts";
import { openOncePerKey } from "./idempotency.ts";
import { requestAnswer } from "./postback-answer.ts";
import { postbackFilterReader } from "./postback-filter-reading.ts";
import { refuseActing } from "./scope.ts";
import type { RouteAnswer, RouteInput, ServeRoute } from "./serve-route.ts";
import { openToldRequest } from "./withheld-revenue.ts";

/** What is done to all waiting postbacks that a filter finds. */
export const servePostbacksInBulk = (serve: ServeRoute, dependencies: HttpDependencies): void => {
  const { storage, engine, clock } = dependencies;
  const readFilter = postbackFilterReader(storage.log);
  const cancelOnce = openOncePerKey<RouteAnswer<typeof routes.cancelPostbacks>>(clock);
  serve(routes.cancelPostbacks, (asked) =>
    cancelOnce(asked, async () => {
      const refusal = refuseActing(asked.scope);
      if (refusal !== null) return refusal;
      const dryRun = asked.body.dry_run;
      const filter = await readFilter(asked.body.filter, asked.scope.acts);
      const cancel = () => engine.cancel({ filter, dryRun, reason: "by_request" });
      if (dryRun) return { kind: "ok", answer: { matching: await cancel(), cancelled: 0, dry_run: true } };
      const deed = bulkDeed(dependencies, asked, "cancelled");
      const cancelled = await tellAround(dependencies, deed, {
        act: (begin) => begin().then(cancel),
        outcome: (count) => ({ cancelled: count }),
      });
      return { kind: "ok", answer: { matching: cancelled, cancelled, dry_run: false } };
    }),
  );
  const rerenderedAnswer = answerOfRerender(storage);
  const rerenderOnce = openOncePerKey<RouteAnswer<typeof routes.rerenderPostbacks>>(clock);
  serve(routes.rerenderPostbacks, (asked) =>
    rerenderOnce(asked, async () => {
      const refusal = refuseActing(asked.scope);
      if (refusal !== null) return refusal;
      const dryRun = asked.body.dry_run;
      const filter = await readFilter(asked.body.filter, asked.scope.acts);
      const rerender = async () => rerenderedAnswer(await engine.rerender({ filter, dryRun }), asked);
      if (dryRun) return { kind: "ok", answer: await rerender() };
      const deed = bulkDeed(dependencies, asked, "rerendered");
      const answer = await tellAround(dependencies, deed, {
        act: (begin) => begin().then(rerender),
        outcome: ({ examples: _examples, dry_run: _dryRun, ...counts }) => counts,
      });
      return { kind: "ok", answer };
    }),
  );
};

/** In slices, each a transaction of its own. */
const bulkDeed = (
  { engine, hashes }: HttpDependencies,
  { caller, body, scope }: Pick<RouteInput<typeof routes.cancelPostbacks>, "caller" | "body" | "scope">,
  verb: ActVerb,
): Deed => {
  const place = placeOfFilter(engine.catalog.current().catalog, body.filter.app_id, scope);
  const intent = { filter: shownFilter(body.filter, hashes) };
  return { caller, intent, drafts: [{ kind: "postback", subject: "by_filter", verb, ...place }] };
};

const answerOfRerender = (stores: Parameters<typeof openToldRequest>[0]) => {
  const toldRequest = openToldRequest(stores);
  return async (
    { rerendered, unchanged, unmatched, faulted, inFlight, examples }: Rerendered,
    { scope, body }: Pick<RouteInput<typeof routes.rerenderPostbacks>, "scope" | "body">,
  ): Promise<RerenderedWire> => ({
    matching: rerendered + unchanged + unmatched + faulted + inFlight,
    rerendered,
    unchanged,
    unmatched,
    faulted,
    in_flight: inFlight,
    dry_run: body.dry_run,
    examples: await Promise.all(
      examples.map(async ({ id, before, after }) => ({
        id,
        before: await toldRequest(scope, id, before),
        after: requestAnswer(after),
      })),
    ),
  });
};
