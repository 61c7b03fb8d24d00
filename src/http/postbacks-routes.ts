import type { RerenderedWire } from "#src/contract/postbacks-contract.ts";
import { routes } from "#src/contract/routes.ts";
import { postbackId } from "#src/core/ids.ts";
import type { ActVerb } from "#src/core/permissions/act.ts";
import type { Rerendered } from "#src/engine/engine.ts";
import type { DeliveryLog } from "#src/ports/delivery-log.ts";
import { ownerOfApp, shownFilter, tellAct } from "./acts.ts";
import type { HttpDependencies } from "./http-dependencies.ts";
import { openOncePerKey } from "./idempotency.ts";
import { postbackAnswer, postbackSummaryAnswer, requestAnswer } from "./postback-answer.ts";
import { postbackFilterReader } from "./postback-filter-reading.ts";
import { postbackMasker } from "./postback-masking.ts";
import { type Refusal, refuse } from "./refusal.ts";
import { refuseActing } from "./scope.ts";
import type { RouteAnswer, RouteInput, ServeRoute } from "./serve-route.ts";

export const servePostbacks = (serve: ServeRoute, dependencies: HttpDependencies): void => {
  const { storage, engine, clock } = dependencies;
  const readFilter = postbackFilterReader(storage.log);
  const masked = postbackMasker(storage.log);
  serve(routes.findPostbacks, async ({ query, scope }) => {
    const page = { limit: query.limit, cursor: query.cursor ?? null };
    const { items, nextCursor } = await storage.log.findPostbacks(await readFilter(query, scope.looks), page);
    const answers = items.map((item) => postbackSummaryAnswer(item, engine.heldBy));
    const data = await masked(scope, items, answers);
    return { kind: "ok", answer: { data, next_cursor: nextCursor } };
  });
  serve(routes.readPostback, async ({ params, scope }) => {
    const detail = await storage.log.readPostback(postbackId(params.id));
    if (detail === null || !scope.looks.holdsReceiver(detail.postback.receiverId)) return unknownPostback(params.id);
    const [answer] = await masked(scope, [detail], [postbackAnswer(detail, engine.heldBy)]);
    return answer === undefined ? unknownPostback(params.id) : { kind: "ok", answer };
  });
  const redeliverOnce = openOncePerKey<RouteAnswer<typeof routes.redeliver>>(clock);
  serve(routes.redeliver, (asked) =>
    redeliverOnce(asked, async () => {
      const refusal = await refuseRedelivery(storage.log, asked);
      if (refusal !== null) return refusal;
      const made = await engine.redeliver(postbackId(asked.params.id), asked.body.render);
      switch (made.kind) {
        case "made": {
          const before = requestAnswer(made.before);
          const after = requestAnswer(made.after);
          const told = { verb: "redelivered", after: { made: made.id, render: asked.body.render } } as const;
          const app = (await storage.log.readPostback(postbackId(made.id)))?.appId;
          const account = ownerOfApp(engine.catalog.current().catalog, app);
          const act = { kind: "postback", subject: asked.params.id, account, app, ...told } as const;
          await tellAct(dependencies, asked.caller, act);
          return { kind: "ok", answer: { id: made.id, before, after } };
        }
        case "unknown":
          return unknownPostback(asked.params.id);
        case "no_match":
          return refuse("postback.no_match", `today's catalog makes no such postback of the event: ${made.reason}`);
      }
    }),
  );
  const cancelOnce = openOncePerKey<RouteAnswer<typeof routes.cancelPostbacks>>(clock);
  serve(routes.cancelPostbacks, (asked) =>
    cancelOnce(asked, async () => {
      const refusal = refuseActing(asked.scope);
      if (refusal !== null) return refusal;
      const dryRun = asked.body.dry_run;
      const filter = await readFilter(asked.body.filter, asked.scope.acts);
      const matching = await engine.cancel({ filter, dryRun, reason: "by_request" });
      const answer = { matching, cancelled: dryRun ? 0 : matching, dry_run: dryRun };
      if (!dryRun) await tellBulk(dependencies, asked, { verb: "cancelled", counts: { cancelled: matching } });
      return { kind: "ok", answer };
    }),
  );
  const rerenderOnce = openOncePerKey<RouteAnswer<typeof routes.rerenderPostbacks>>(clock);
  serve(routes.rerenderPostbacks, (asked) =>
    rerenderOnce(asked, async () => {
      const refusal = refuseActing(asked.scope);
      if (refusal !== null) return refusal;
      const dryRun = asked.body.dry_run;
      const filter = await readFilter(asked.body.filter, asked.scope.acts);
      const answer = rerenderedAnswer(await engine.rerender({ filter, dryRun }), dryRun);
      const { examples: _examples, dry_run: _dryRun, ...counts } = answer;
      if (!dryRun) await tellBulk(dependencies, asked, { verb: "rerendered", counts });
      return { kind: "ok", answer };
    }),
  );
};

/** What was done to all that a filter finds. */
const tellBulk = async (
  dependencies: HttpDependencies,
  { caller, body }: Pick<RouteInput<typeof routes.cancelPostbacks>, "caller" | "body">,
  { verb, counts }: { readonly verb: ActVerb; readonly counts: object },
): Promise<void> => {
  const account = ownerOfApp(dependencies.engine.catalog.current().catalog, body.filter.app_id);
  const after = { filter: shownFilter(body.filter, dependencies.hashes), ...counts };
  const act = { kind: "postback", subject: "by_filter", verb, account, app: body.filter.app_id, after } as const;
  await tellAct(dependencies, caller, act);
};

const rerenderedAnswer = (done: Rerendered, dryRun: boolean): RerenderedWire => {
  const { rerendered, unchanged, unmatched, faulted, inFlight, examples } = done;
  return {
    matching: rerendered + unchanged + unmatched + faulted + inFlight,
    rerendered,
    unchanged,
    unmatched,
    faulted,
    in_flight: inFlight,
    dry_run: dryRun,
    examples: examples.map(({ id, before, after }) => {
      return { id, before: requestAnswer(before), after: requestAnswer(after) };
    }),
  };
};

/** What one does not see is not there; what one sees and may not send again is refused. */
const refuseRedelivery = async (
  log: DeliveryLog,
  { params, scope }: Pick<RouteInput<typeof routes.redeliver>, "params" | "scope">,
): Promise<Refusal | null> => {
  if (scope.isOperator) return null;
  const detail = await log.readPostback(postbackId(params.id));
  if (detail === null || !scope.looks.holdsReceiver(detail.postback.receiverId)) return unknownPostback(params.id);
  return scope.acts.holdsReceiver(detail.postback.receiverId)
    ? null
    : refuse("permission.denied", "the app's owner does not let your account send its postbacks again");
};

const unknownPostback = (id: string): Refusal => refuse("postback.not_found", `there is no postback ${id}`);
