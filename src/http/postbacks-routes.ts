import type { RerenderedWire } from "#src/contract/postbacks-contract.ts";
import { routes } from "#src/contract/routes.ts";
import { postbackId } from "#src/core/ids.ts";
import type { Rerendered } from "#src/engine/engine.ts";
import type { HttpDependencies } from "./http-dependencies.ts";
import { openOncePerKey } from "./idempotency.ts";
import { postbackAnswer, postbackSummaryAnswer, requestAnswer } from "./postback-answer.ts";
import { postbackFilterReader } from "./postback-filter-reading.ts";
import { type Refusal, refuse } from "./refusal.ts";
import type { RouteAnswer, ServeRoute } from "./serve-route.ts";

export const servePostbacks = (serve: ServeRoute, { storage, engine, clock }: HttpDependencies): void => {
  const readFilter = postbackFilterReader(storage.log);
  serve(routes.findPostbacks, async ({ query }) => {
    const page = { limit: query.limit, cursor: query.cursor ?? null };
    const { items, nextCursor } = await storage.log.findPostbacks(await readFilter(query), page);
    return {
      kind: "ok",
      answer: { data: items.map((item) => postbackSummaryAnswer(item, engine.heldBy)), next_cursor: nextCursor },
    };
  });
  serve(routes.readPostback, async ({ params }) => {
    const detail = await storage.log.readPostback(postbackId(params.id));
    return detail === null ? unknownPostback(params.id) : { kind: "ok", answer: postbackAnswer(detail, engine.heldBy) };
  });
  const redeliverOnce = openOncePerKey<RouteAnswer<typeof routes.redeliver>>(clock);
  serve(routes.redeliver, (asked) =>
    redeliverOnce(asked, async () => {
      const made = await engine.redeliver(postbackId(asked.params.id), asked.body.render);
      switch (made.kind) {
        case "made": {
          const before = requestAnswer(made.before);
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
  const cancelOnce = openOncePerKey<RouteAnswer<typeof routes.cancelPostbacks>>(clock);
  serve(routes.cancelPostbacks, (asked) =>
    cancelOnce(asked, async () => {
      const dryRun = asked.body.dry_run;
      const filter = await readFilter(asked.body.filter);
      const matching = await engine.cancel({ filter, dryRun, reason: "by_request" });
      return { kind: "ok", answer: { matching, cancelled: dryRun ? 0 : matching, dry_run: dryRun } };
    }),
  );
  const rerenderOnce = openOncePerKey<RouteAnswer<typeof routes.rerenderPostbacks>>(clock);
  serve(routes.rerenderPostbacks, (asked) =>
    rerenderOnce(asked, async () => {
      const dryRun = asked.body.dry_run;
      const filter = await readFilter(asked.body.filter);
      return { kind: "ok", answer: rerenderedAnswer(await engine.rerender({ filter, dryRun }), dryRun) };
    }),
  );
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

const unknownPostback = (id: string): Refusal => refuse("postback.not_found", `there is no postback ${id}`);
