import type { FastifyInstance } from "fastify";
import { routes } from "#src/contract/routes.ts";
import { appId } from "#src/core/ids.ts";
import { isRefusal } from "./caller.ts";
import type { HttpDependencies } from "./http-dependencies.ts";
import { refuse } from "./refusal.ts";
import { type Bounds, scopeOf } from "./scope.ts";
import type { ServeRoute } from "./serve-route.ts";
import { toldPath } from "./told-path.ts";

export const serveStream = (serve: ServeRoute, { feed, engine }: HttpDependencies): void => {
  feed.figures = () => {
    const { intakeQueue, inHand, inFlight, refusing } = engine.status();
    return { intake_queue: intakeQueue, in_hand: inHand, in_flight: inFlight, refusing };
  };
  serve(routes.stream, ({ query, headers, caller, callerNow }) => {
    const last = headers["last-event-id"];
    let watcher = caller;
    const asked = {
      /** A key that was taken back, has ended or may less by now ends it, or narrows it, within a second. */
      ended: () => {
        const now = callerNow();
        if (isRefusal(now)) return now.detail;
        watcher = now;
        return null;
      },
      appId: query.app_id === undefined ? null : appId(query.app_id),
      // Asked anew for each message: what is taken back is not told any more.
      bounds: () => scopeOf(engine.catalog.current().catalog, watcher).looks,
      isOperator: () => watcher.isOperator,
      lastEventId: typeof last === "string" ? last : null,
    };
    if (feed.isFull) return refuse("stream.full", "as many watch as may; close another stream");
    return { kind: "stream", mediaType: "text/event-stream; charset=utf-8", open: (sink) => feed.watch(sink, asked) };
  });
};

/** Tells those who watch of every request that was refused, and ends their streams before the doors close. */
export const feedRefusals = (app: FastifyInstance, { feed }: HttpDependencies): void => {
  app.addHook("onResponse", (request, reply, done) => {
    const code = request.refusedWith;
    if (code !== null) {
      // Of a caller's own app for those who see all of it; of anybody else for the operator.
      const app = request.caller?.appId ?? null;
      const isSeen = (bounds: Bounds) => app !== null && bounds.holdsTarget(app, "rule:");
      feed.publish("refused", { appId: app, isSeen }, () => ({
        method: request.method,
        path: toldPath(request),
        status: reply.statusCode,
        code,
        key: request.caller?.name ?? null,
        request_id: request.id,
      }));
    }
    done();
  });
  app.addHook("preClose", (done) => {
    feed.end();
    done();
  });
};
