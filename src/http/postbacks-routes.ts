import { routes } from "#src/contract/routes.ts";
import { postbackId } from "#src/core/ids.ts";
import type { DeliveryLog } from "#src/ports/delivery-log.ts";
import { actsOf, ownerOfApp } from "./acts.ts";
import type { HttpDependencies } from "./http-dependencies.ts";
import { openOncePerKey } from "./idempotency.ts";
import { postbackAnswer, postbackSummaryAnswer, requestAnswer } from "./postback-answer.ts";
import { postbackFilterReader } from "./postback-filter-reading.ts";
import { postbackMasker } from "./postback-masking.ts";
import { type Refusal, refuse } from "./refusal.ts";
import type { RouteAnswer, RouteInput, ServeRoute } from "./serve-route.ts";
import {
  openToldRequest,
  openWithheldRevenue,
  postbackWithoutValues,
  summaryWithoutValues,
} from "./withheld-revenue.ts";

export const servePostbacks = (serve: ServeRoute, dependencies: HttpDependencies): void => {
  const { storage, engine, clock } = dependencies;
  const readFilter = postbackFilterReader(storage.log);
  const masked = postbackMasker(storage.log);
  const isWithheld = openWithheldRevenue(storage);
  serve(routes.findPostbacks, async ({ query, scope }) => {
    const page = { limit: query.limit, cursor: query.cursor ?? null };
    const { items, nextCursor } = await storage.log.findPostbacks(await readFilter(query, scope.looks), page);
    const withheld = await isWithheld(
      scope,
      items.map(({ postback }) => postback),
    );
    const answers = items.map((item, index) => {
      const answer = postbackSummaryAnswer(item, engine.heldBy);
      return withheld[index] === true ? summaryWithoutValues(answer) : answer;
    });
    const data = await masked(scope, items, answers);
    return { kind: "ok", answer: { data, next_cursor: nextCursor } };
  });
  serve(routes.readPostback, async ({ params, scope }) => {
    const detail = await storage.log.readPostback(postbackId(params.id));
    if (detail === null || !scope.looks.holdsReceiver(detail.postback.receiverId)) return unknownPostback(params.id);
    const [withheld] = await isWithheld(scope, [detail.postback]);
    const whole = postbackAnswer(detail, engine.heldBy);
    const [answer] = await masked(scope, [detail], [withheld === true ? postbackWithoutValues(whole) : whole]);
    return answer === undefined ? unknownPostback(params.id) : { kind: "ok", answer };
  });
  const toldRequest = openToldRequest(storage);
  const redeliverOnce = openOncePerKey<RouteAnswer<typeof routes.redeliver>>(clock);
  serve(routes.redeliver, (asked) =>
    redeliverOnce(asked, async () => {
      const refusal = await refuseRedelivery(storage.log, asked);
      if (refusal !== null) return refusal;
      const { render } = asked.body;
      const made = await engine.redeliver(postbackId(asked.params.id), render, ({ id, appId: app }) => {
        const account = ownerOfApp(engine.catalog.current().catalog, app);
        const told = { verb: "redelivered", after: { made: id, render } } as const;
        return actsOf(clock, asked.caller, { kind: "postback", subject: asked.params.id, account, app, ...told });
      });
      switch (made.kind) {
        case "made": {
          const before = await toldRequest(asked.scope, made.id, made.before);
          const after = requestAnswer(made.after);
          return { kind: "ok", answer: { id: made.id, before, after } };
        }
        case "unknown":
          return unknownPostback(asked.params.id);
        case "no_match":
          return refuse("postback.no_match", `today's catalog makes no such postback of the event: ${made.reason}`);
      }
    }),
  );
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
