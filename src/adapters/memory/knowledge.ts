import type { KnowledgeAnswer, KnowledgeQuery, WaitingEvent } from "#src/ports/knowledge.ts";
import { clientEventKey, installKey, markKey, type Tables } from "./tables.ts";

export const lookUp = (tables: Tables, query: KnowledgeQuery): KnowledgeAnswer => ({
  clientEventIds: query.clientEventIds.map(
    ({ appId, clientEventId }) => tables.clientEventIds.get(clientEventKey(appId, clientEventId))?.eventId ?? null,
  ),
  installs: query.installs.map(({ appId, keys }) => {
    for (const key of keys) {
      const found = tables.installs.get(installKey(appId, key));
      if (found !== undefined) return found.record;
    }
    return null;
  }),
  waiting: query.waiting.map((waiting) => waitingEvents(tables, waiting)),
  marks: query.marks.map((mark) => tables.marks.get(markKey(mark))?.eventId ?? null),
});

/** Each event once, whichever of the keys it waits under, the oldest first. */
const waitingEvents = (
  tables: Tables,
  { appId, keys, now }: KnowledgeQuery["waiting"][number],
): readonly WaitingEvent[] => {
  const ids = new Set(keys.flatMap((key) => [...(tables.waiting.get(installKey(appId, key)) ?? [])]));
  const rows = [...ids].flatMap((id) => tables.events.get(id) ?? []);
  return rows
    .filter((row) => row.waits !== null && row.waits.until >= now)
    .sort((one, other) => one.sequence - other.sequence)
    .map((row) => ({
      event: row.event,
      matchedTargetKeys: row.decisions.filter(({ code }) => code === "match").map(({ targetKey }) => targetKey),
    }));
};
