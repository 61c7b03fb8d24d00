import { routes } from "#src/contract/routes.ts";
import { appId, eventId } from "#src/core/ids.ts";
import type { EventFilter } from "#src/ports/delivery-log.ts";
import { eventAnswerText } from "./event-answer.ts";
import type { HttpDependencies } from "./http-dependencies.ts";
import { refuse } from "./refusal.ts";
import { searchKeyOf } from "./search-key.ts";
import { jsonMediaType, type RouteInput, type ServeRoute } from "./serve-route.ts";

export const serveEvents = (serve: ServeRoute, { storage }: HttpDependencies): void => {
  serve(routes.findEvents, async ({ query }) => {
    const page = { limit: query.limit, cursor: query.cursor ?? null };
    const { items, nextCursor } = await storage.log.findEvents(eventFilter(query), page);
    const text = `{"data":[${items.map(eventAnswerText).join(",")}],"next_cursor":${JSON.stringify(nextCursor)}}`;
    return { kind: "text", text, mediaType: jsonMediaType };
  });
  serve(routes.readEvent, async ({ params }) => {
    const stored = await storage.log.readEvent(eventId(params.id));
    if (stored === null) return refuse("event.not_found", `there is no event ${params.id}`);
    return { kind: "text", text: eventAnswerText(stored), mediaType: jsonMediaType };
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
