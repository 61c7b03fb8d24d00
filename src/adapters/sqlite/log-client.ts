import { parseEvent } from "#src/core/events/parse-event.ts";
import { appId, eventId, type PostbackId, postbackId, receiverId } from "#src/core/ids.ts";
import { invariant } from "#src/core/invariant.ts";
import type {
  DeliveryLog,
  Found,
  Page,
  RecordedDecision,
  Scanned,
  StoredEvent,
  Totals,
} from "#src/ports/delivery-log.ts";
import { pushCounterQuery, readCounters } from "./counter-reads.ts";
import { codeOfDecision, targetOfDecision } from "./decisions-text.ts";
import { type FlatReader, readText } from "./flat.ts";
import { withFrozen } from "./frozen-text.ts";
import { type CallReader, logOperations, pushEventFilter } from "./log-messages.ts";
import type { Names } from "./names.ts";
import { PostbackLog } from "./postback-log.ts";
import type { CallStore } from "./store-client.ts";
import type { Counts } from "./tally.ts";
import type { ThreadCalls } from "./thread-calls.ts";

export const deliveryLog = (threads: {
  readonly callStore: CallStore;
  readonly readerCalls: ThreadCalls;
  readonly names: Names;
}): DeliveryLog => {
  const { callStore, readerCalls, names } = threads;
  const callReader: CallReader = (name, write) =>
    readerCalls.call({ name, number: logOperations.indexOf(name) }, write);
  const postbacks = new PostbackLog(callReader, callStore);
  return {
    findEvents: async (filter, page) => {
      const answer = await callReader("findEvents", (flat) => {
        pushEventFilter(flat, filter);
        flat.push(beforeOf(page), page.limit + 1);
      });
      const found: { readonly sequence: number; readonly item: StoredEvent }[] = [];
      while (!answer.isAtEnd) found.push({ sequence: answer.number(), item: readStored(answer) });
      return pageOf(found, page.limit);
    },
    readEvent: async (id) => {
      const answer = await callReader("readEvent", (flat) => flat.push(id));
      return answer.isAtEnd ? null : readStored(answer);
    },
    scanEvents: async (filter, page) => {
      const answer = await callReader("scanEvents", (flat) => {
        pushEventFilter(flat, filter);
        flat.push(Number(page.cursor ?? 0), page.limit);
      });
      const looked = answer.number();
      const left = answer.number();
      const last = answer.number();
      const items: Scanned["items"][number][] = [];
      while (!answer.isAtEnd) {
        const cursor = String(answer.number());
        const { id: _id, ...scanned } = readScanned(answer);
        items.push({ ...scanned, cursor });
      }
      return { items, looked, left, nextCursor: left === 0 ? null : String(last) };
    },
    findPostbacks: async (filter, page) => {
      const found = await postbacks.find(filter, beforeOf(page), page.limit + 1);
      return pageOf(
        found.map(({ sequence, detail }) => ({ sequence, item: summaryOf(detail) })),
        page.limit,
      );
    },
    readPostback: (id) => postbacks.read(id),
    countPostbacks: (filter, max) => postbacks.count(filter, max),
    counters: async (query) =>
      readCounters(await callReader("counters", (flat) => pushCounterQuery(flat, query)), query),
    totals: async () => readTotals(await callStore("totals", () => {}), names),
  };
};

/** A cursor names the last row shown, so that rows coming in or going move nothing. */
const beforeOf = ({ cursor }: Page): number => {
  const sequence = cursor === null ? Number.MAX_SAFE_INTEGER : Number(cursor);
  return Number.isSafeInteger(sequence) ? sequence : 0;
};

const pageOf = <Item>(
  found: readonly { readonly sequence: number; readonly item: Item }[],
  limit: number,
): Found<Item> => {
  const shown = found.slice(0, limit);
  const last = shown.at(-1);
  const hasMore = found.length > shown.length && last !== undefined;
  return { items: shown.map(({ item }) => item), nextCursor: hasMore ? String(last.sequence) : null };
};

type Detail = NonNullable<Awaited<ReturnType<PostbackLog["read"]>>>;

const summaryOf = ({ attemptLog: _log, request: _request, renderMessage: _message, ...summary }: Detail) => summary;

/** An event as `LogRows.pushEvent` writes it. */
const readStored = (answer: FlatReader): StoredEvent => {
  const { id, event, decisions } = readScanned(answer);
  const tags = answer.list(readText);
  return { event, decisions, postbackIds: tags.map((tag): PostbackId => postbackId(`${id}-${tag}`)) };
};

/** An event as `LogRows.pushScanned` writes it; parsed by the function that parsed it at intake. */
const readScanned = (answer: FlatReader) => {
  const id = eventId(answer.text());
  const defaultAppId = appId(answer.text());
  const receivedAt = answer.number();
  const senderIp = answer.textOrNull();
  const frozen = answer.textOrNull();
  const parsed = parseEvent({ id, source: answer.text(), receivedAt, senderIp, defaultAppId });
  invariant(parsed.kind === "event", `event ${id} is read as it was accepted`);
  const lists = answer.list(readDecisions);
  const event = withFrozen(parsed.event, frozen);
  return { id, event, decisions: lists.reduce(amended, []) };
};

const readDecisions = (answer: FlatReader): RecordedDecision[] => {
  const decidedAt = answer.number();
  const revision = answer.number();
  return answer.list((item) => {
    const name = item.text();
    return { targetKey: targetOfDecision(name), code: codeOfDecision(name), revision, decidedAt };
  });
};

/** A decision made anew stands for the one before it. */
const amended = (before: RecordedDecision[], made: RecordedDecision[]): RecordedDecision[] => {
  const anew = new Set(made.map(({ targetKey }) => targetKey));
  return [...before.filter(({ targetKey }) => !anew.has(targetKey)), ...made];
};

const readTotals = (answer: FlatReader, names: Names): Totals => {
  const counts: Counts = JSON.parse(answer.text());
  let waiting = answer.number();
  const waitingByReceiver: Totals["waitingByReceiver"][number][] = [];
  while (!answer.isAtEnd) {
    const receiver = receiverId(names.textOf(answer.number()));
    const here = { receiverId: receiver, waiting: answer.number(), oldestDueAt: answer.numberOrNull() };
    waiting += here.waiting;
    waitingByReceiver.push(here);
  }
  const { duplicates, matched, skipped, delivered, dead, cancelled, attempts } = counts;
  return {
    acceptedEvents: counts.accepted,
    duplicateEvents: duplicates,
    matched,
    skipped,
    delivered,
    dead,
    cancelled,
    attempts,
    waiting,
    waitingByReceiver,
  };
};
