import { parseEvent } from "#src/core/events/parse-event.ts";
import type { EventId } from "#src/core/ids.ts";
import { invariant } from "#src/core/invariant.ts";
import { type ErasedPerson, erasedAttempt, erasedRequest, erasedSource } from "#src/core/personal-data/erasure.ts";
import type { Erasure, ErasureReceipt } from "#src/ports/store.ts";
import { setWaits } from "./record.ts";
import { type EventRow, installKey, type PostbackRow, type Tables } from "./tables.ts";

export const erase = (tables: Tables, { events, people }: Erasure): ErasureReceipt => {
  const erased = events.filter((id) => eraseEvent(tables, id));
  let installs = 0;
  let marks = 0;
  for (const person of people) {
    installs += eraseInstalls(tables, person);
    marks += eraseMarks(tables, person);
  }
  return { erased, installs, marks };
};

const eraseEvent = (tables: Tables, id: EventId): boolean => {
  const row = tables.events.get(id);
  if (row === undefined) return false;
  const postbacks = row.postbacks.flatMap((sequence) => tables.postbacks.get(sequence) ?? []);
  if (postbacks.some(({ sequence }) => tables.live.has(sequence))) return false;
  setWaits(tables, row, null);
  row.event = withoutPerson(row);
  for (const postback of postbacks) erasePostback(postback);
  return true;
};

const withoutPerson = ({ event }: EventRow): EventRow["event"] => {
  const { id, receivedAt, appId } = event;
  const left = parseEvent({ source: erasedSource(event), id, receivedAt, senderIp: null, defaultAppId: appId });
  invariant(left.kind === "event", "what is left of an event is one");
  return left.event;
};

const erasePostback = (row: PostbackRow): void => {
  row.postback = { ...row.postback, request: erasedRequest(row.postback.request) };
  row.earlierRequests.length = 0;
  row.renderMessage = row.renderMessage === null ? null : "erased";
  row.attemptLog.splice(0, row.attemptLog.length, ...row.attemptLog.map(erasedAttempt));
  if (row.state !== "dead") return;
  row.state = "cancelled";
  row.reason = "erased";
};

const eraseInstalls = (tables: Tables, { appId, keys }: ErasedPerson): number => {
  const records = new Set(keys.flatMap((key) => tables.installs.get(installKey(appId, key))?.record ?? []));
  for (const [under, { record }] of tables.installs) if (records.has(record)) tables.installs.delete(under);
  return records.size;
};

const eraseMarks = (tables: Tables, { appId, keys }: ErasedPerson): number => {
  const isTheirs = (under: string): boolean =>
    under.startsWith(`${appId}\n`) && keys.some((key) => under.endsWith(`\n${key}`));
  const theirs = [...tables.marks.keys()].filter(isTheirs);
  for (const under of theirs) tables.marks.delete(under);
  return theirs.length;
};
