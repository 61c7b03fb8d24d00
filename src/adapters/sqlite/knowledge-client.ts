import { parseEvent } from "#src/core/events/parse-event.ts";
import { appId, type EventId, eventId } from "#src/core/ids.ts";
import { invariant } from "#src/core/invariant.ts";
import type { Knowledge, KnowledgeAnswer, KnowledgeQuery, WaitingEvent } from "#src/ports/knowledge.ts";
import { type FoundInstalls, readFound } from "./finder-client.ts";
import { type Flat, type FlatReader, pushList, readText } from "./flat.ts";
import { withFrozen } from "./frozen-text.ts";
import type { InstallLookUps } from "./install-look-ups.ts";
import type { Names } from "./names.ts";
import type { CallStore } from "./store-client.ts";
import { pushMarks } from "./store-messages.ts";

export const knowledgeClient = (
  call: CallStore,
  { names, installLookUps }: { readonly names: Names; readonly installLookUps: InstallLookUps },
): Knowledge => {
  const askStore = async (query: KnowledgeQuery): Promise<Answered> => {
    if (Object.values(query).every((questions) => questions.length === 0)) return nothingAsked;
    return readAnswer(await call("lookUp", (flat) => pushQuery(flat, query, names)), query, names);
  };
  return {
    lookUp: async (query) => {
      const beside = installLookUps.find(query.installs);
      const [found, { installs, ...others }] = await Promise.all([
        beside,
        askStore(beside === null ? query : { ...query, installs: [] }),
      ]);
      const { records, slow } = found ?? installs;
      installLookUps.told(records.length, slow);
      return { ...others, installs: records };
    },
  };
};

/** What the store thread knows. */
type Answered = Omit<KnowledgeAnswer, "installs"> & { readonly installs: FoundInstalls };

const nothingAsked: Answered = { clientEventIds: [], installs: { records: [], slow: 0 }, waiting: [], marks: [] };

const readAnswer = (answer: FlatReader, query: KnowledgeQuery, names: Names): Answered => ({
  clientEventIds: query.clientEventIds.map(() => readEventId(answer)),
  installs: readFound(answer, query.installs),
  waiting: query.waiting.map(() => readWaiting(answer, names)),
  marks: query.marks.map(() => readEventId(answer)),
});

const readEventId = (answer: FlatReader): EventId | null => {
  const id = answer.textOrNull();
  return id === null ? null : eventId(id);
};

const pushQuery = (flat: Flat, { clientEventIds, installs, waiting, marks }: KnowledgeQuery, names: Names): void => {
  flat.push(clientEventIds.length);
  for (const { appId: app, clientEventId } of clientEventIds) flat.push(names.numberOf(app), clientEventId);
  flat.push(installs.length);
  for (const { appId: app, keys } of installs) {
    flat.push(names.numberOf(app));
    pushList(flat, keys);
  }
  flat.push(waiting.length);
  for (const { appId: app, keys, now } of waiting) {
    flat.push(names.numberOf(app));
    pushList(flat, keys);
    flat.push(now);
  }
  pushMarks(flat, marks, names);
};

const readWaiting = (answer: FlatReader, names: Names): readonly WaitingEvent[] => {
  const events: WaitingEvent[] = [];
  for (let left = answer.number(); left > 0; left -= 1) {
    const id = answer.textOrNull();
    if (id !== null) events.push(readWaitingEvent(id, answer, names));
  }
  return events;
};

const readWaitingEvent = (id: string, answer: FlatReader, names: Names): WaitingEvent => {
  const defaultAppId = appId(names.textOf(answer.number()));
  const receivedAt = answer.number();
  const senderIp = answer.textOrNull();
  const frozen = answer.textOrNull();
  const parsed = parseEvent({ id: eventId(id), source: answer.text(), receivedAt, senderIp, defaultAppId });
  invariant(parsed.kind === "event", `event ${id} is read as it was accepted`);
  const event = withFrozen(parsed.event, frozen);
  return { event, matchedTargetKeys: answer.list(readText) };
};
