import { routes } from "#src/contract/routes.ts";
import { type AppId, appId, eventId } from "#src/core/ids.ts";
import { type RevenueNames, revenueNames } from "#src/core/money/revenue-names.ts";
import type { EventFilter } from "#src/ports/delivery-log.ts";
import { eventAnswerText } from "./event-answer.ts";
import type { HttpDependencies } from "./http-dependencies.ts";
import { refuse } from "./refusal.ts";
import { searchKeyOf } from "./search-key.ts";
import { jsonMediaType, type RouteInput, type ServeRoute } from "./serve-route.ts";

export const serveEvents = (serve: ServeRoute, dependencies: HttpDependencies): void => {
  const { storage, hashes, engine } = dependencies;
  const revenueOf = (id: AppId): RevenueNames =>
    revenueNames(engine.catalog.current().catalog.apps.find((app) => app.id === id)?.revenueProperties ?? []);
  serve(routes.findEvents, async ({ query, scope }) => {
    const page = { limit: query.limit, cursor: query.cursor ?? null };
    const { items, nextCursor } = await storage.log.findEvents({ ...eventFilter(query), ...scope.looks.filter }, page);
    const texts = items.map((stored) => eventAnswerText(stored, { scope, hashes, revenueOf }));
    const text = `{"data":[${texts.join(",")}],"next_cursor":${JSON.stringify(nextCursor)}}`;
    return { kind: "text", text, mediaType: jsonMediaType };
  });
  serve(routes.readEvent, async ({ params, scope }) => {
    const stored = await storage.log.readEvent(eventId(params.id));
    if (stored === null || !scope.looks.holdsEvent(stored.event))
      return refuse("event.not_found", `there is no event ${params.id}`);
    return { kind: "text", text: eventAnswerText(stored, { scope, hashes, revenueOf }), mediaType: jsonMediaType };
  });
};

const eventFilter = (query: RouteInput<typeof routes.findEvents>["query"]): EventFilter => {
  const key = searchKeyOf(query);
  return {
    ...(query.app_id === undefined ? {} : { appId: appId(query.app_id) }),
    ...(query.event_type === undefined ? {} : { type: query.event_type }),
    ...(query.event_name === undefined ? {} : { name: query.event_name }),
    ...(query.from === undefined ? {} : { from: query.from }),
    ...(query.to === undefined ? {} : { to: query.to }),
    ...(key === null ? {} : { key }),
  };
};
