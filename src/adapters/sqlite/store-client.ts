import { setTimeout } from "node:timers/promises";
import { eventId, type PostbackId, postbackId, type ReceiverId, receiverId } from "#src/core/ids.ts";
import { invariant } from "#src/core/invariant.ts";
import { httpMethods, lanes, type Postback } from "#src/core/postbacks/postback.ts";
import type {
  DueReceiver,
  OwedPostback,
  RecordReceipt,
  SettleReceipt,
  Store,
  StoreSequence,
} from "#src/ports/store.ts";
import { actsText } from "./act-rows.ts";
import { type Flat, type FlatReader, pushList } from "./flat.ts";
import type { Names } from "./names.ts";
import {
  headersText,
  pushBatch,
  pushPostback,
  pushSettlements,
  type StoreOperation,
  settleReceipts,
  storeOperations,
} from "./store-messages.ts";
import type { ThreadCalls } from "./thread-calls.ts";

/** A look of somebody else at the file is over long before; a copy of it is not. */
const cutTriesMax = 10;
const cutPauseMs = 100;

/** Asks the store thread. */
export type CallStore = (operation: StoreOperation, write: (flat: Flat) => void) => Promise<FlatReader>;

export const callStoreOver = (calls: ThreadCalls): CallStore => {
  const operations = new Map(storeOperations.map((name, number) => [name, { name, number }]));
  return (name, write) => {
    const operation = operations.get(name);
    invariant(operation !== undefined, `${name} is an operation of the store`);
    return calls.call(operation, write);
  };
};

export const storeClient = (call: CallStore, names: Names): Store => ({
  ...recording(call, names),
  ...scheduling(call, names),
});

const recording = (
  call: CallStore,
  names: Names,
): Pick<Store, "record" | "settle" | "cancel" | "replay" | "rerender" | "redeliver" | "erase" | "scrub" | "sweep"> => ({
  record: async (batch) => {
    const answer = await call("record", (flat) => pushBatch(flat, batch, names));
    const events = batch.events.map(() => readRecorded(answer));
    return { events, amendments: batch.amendments.map(() => readAmended(answer)) };
  },
  settle: async (settlements) => {
    const answer = await call("settle", (flat) => pushSettlements(flat, settlements));
    return settlements.map(() => receiptOf(answer.number()));
  },
  cancel: async ({ which, reason, at }) => {
    const answer =
      "receiverId" in which
        ? await call("cancelReceiver", (flat) => flat.push(names.numberOf(which.receiverId), reason, at))
        : await call("cancelPostbacks", (flat) => {
            flat.push(reason, at);
            pushList(flat, which.postbackIds);
          });
    return answer.number();
  },
  replay: (order) => replay(call, names, order),
  rerender: async ({ versions, at }) => {
    const answer = await call("rerender", (flat) => {
      flat.push(at, versions.length);
      for (const { postbackId: id, leaseToken, request } of versions) {
        flat.push(id, leaseToken, request.method, request.url, headersText(request.headers), request.body);
      }
    });
    return versions.filter(() => answer.flag()).map(({ postbackId: id }) => id);
  },
  redeliver: async (postback, acts = []) => {
    const answer = await call("redeliver", (flat) => {
      flat.push(postback.postback.eventId, acts.length === 0 ? null : actsText(acts));
      pushPostback(flat, postback, names);
    });
    return answer.number();
  },
  erase: async ({ events, people }) => {
    const answer = await call("erase", (flat) => {
      pushList(flat, events);
      flat.push(people.length);
      for (const { appId, keys } of people) {
        flat.push(names.numberOf(appId));
        pushList(flat, keys);
      }
    });
    return { erased: events.filter(() => answer.flag()), installs: answer.number(), marks: answer.number() };
  },
  scrub: async () => {
    while ((await call("wash", () => {})).flag());
    const first = await call("cutLog", (flat) => flat.push(1));
    let isCut = first.flag();
    const isLarge = first.flag();
    const failure = first.textOrNull();
    for (let tries = 1; tries < cutTriesMax && !isCut; tries += 1) {
      await setTimeout(cutPauseMs);
      isCut = (await call("cutLog", (flat) => flat.push(0))).flag();
    }
    return { leftInLog: !isCut, leftInFile: failure !== null ? { failure } : isLarge ? "large_file" : null };
  },
  sweep: async ({ now, slice, retention }) => {
    const { eventsMs, deadMs, installRecordsMs, clientEventIdsMs } = retention;
    const answer = await call("sweep", (flat) =>
      flat.push(now, slice, eventsMs, deadMs, installRecordsMs, clientEventIdsMs),
    );
    return {
      expired: answer.number(),
      cancelled: answer.number(),
      removedEvents: answer.number(),
      more: answer.flag(),
    };
  },
});

const scheduling = (
  call: CallStore,
  names: Names,
): Pick<Store, "receiversDue" | "nextDueAt" | "claim" | "extendLease" | "release" | "expireLeases"> => ({
  receiversDue: async ({ now, limit, except }) => {
    const answer = await call("receiversDue", (flat) => {
      flat.push(now, limit);
      pushList(
        flat,
        except.map((receiver) => names.numberOf(receiver)),
      );
    });
    const due: DueReceiver[] = [];
    while (!answer.isAtEnd) {
      due.push({
        receiverId: receiverId(names.textOf(answer.number())),
        lane: laneOf(answer.number()),
        dueAt: answer.number(),
      });
    }
    return due;
  },
  nextDueAt: async (now) => (await call("nextDueAt", (flat) => flat.push(now))).numberOrNull(),
  claim: async ({ receiverId: receiver, lane, count, now, leaseUntil, leaseToken }) => {
    const answer = await call("claim", (flat) => {
      flat.push(names.numberOf(receiver), lanes.indexOf(lane), count, now, leaseUntil, leaseToken);
    });
    const owed: OwedPostback[] = [];
    while (!answer.isAtEnd) owed.push({ ...readOwed(answer, names), leaseToken, leaseUntil });
    return owed;
  },
  extendLease: async ({ sequences, leaseToken, leaseUntil }) => {
    const answer = await call("extendLease", (flat) => {
      flat.push(leaseToken, leaseUntil);
      pushList(flat, sequences);
    });
    const held: StoreSequence[] = [];
    while (!answer.isAtEnd) held.push(answer.number());
    return held;
  },
  release: async ({ sequences, leaseToken, dueAt }) => {
    await call("release", (flat) => {
      flat.push(leaseToken, dueAt);
      pushList(flat, sequences);
    });
  },
  expireLeases: async ({ endedBefore, dueAt }) =>
    (await call("expireLeases", (flat) => flat.push(endedBefore, dueAt))).number(),
});

const readRecorded = (answer: FlatReader): RecordReceipt["events"][number] =>
  answer.number() === 0
    ? { kind: "recorded", sequences: sequencesFrom(answer.number(), answer.number()) }
    : { kind: "duplicate", id: eventId(answer.text()) };

const readAmended = (answer: FlatReader): readonly StoreSequence[] | null => {
  const first = answer.number();
  return first < 0 ? null : sequencesFrom(first, answer.number());
};

const sequencesFrom = (first: number, count: number): readonly StoreSequence[] => {
  const sequences: StoreSequence[] = [];
  for (let index = 0; index < count; index += 1) sequences.push(first + index);
  return sequences;
};

const receiptsByNumber: readonly SettleReceipt[] = settleReceipts.map((kind) => ({ kind }));

const receiptOf = (number: number): SettleReceipt => {
  const receipt = receiptsByNumber[number];
  invariant(receipt !== undefined, `${number} is a receipt`);
  return receipt;
};

const laneOf = (number: number): (typeof lanes)[number] => (number === 0 ? "first" : "retry");

/** A postback as `pushPostbackRow` writes it. */
export const readPostbackRow = (
  answer: FlatReader,
  nameFrom: (answer: FlatReader) => string,
): { readonly sequence: StoreSequence; readonly postback: Postback } => {
  const sequence = answer.number();
  const event = eventId(answer.text());
  const tag = nameFrom(answer);
  return {
    sequence,
    postback: {
      id: postbackId(`${event}-${tag}`),
      eventId: event,
      receiverId: receiverId(nameFrom(answer)),
      targetKey: nameFrom(answer),
      redelivery: answer.number(),
      createdAt: answer.number(),
      expiresAt: answer.numberOrNull(),
      request: {
        method: methodOf(answer.text()),
        url: answer.text(),
        headers: headersOf(answer.textOrNull()),
        body: answer.textOrNull(),
      },
    },
  };
};

const readOwed = (answer: FlatReader, names: Names): Omit<OwedPostback, "leaseToken" | "leaseUntil"> => {
  const { sequence, postback } = readPostbackRow(answer, (from) => names.textOf(from.number()));
  return {
    sequence,
    postback,
    request: postback.request,
    attempts: answer.number(),
    spent: answer.number(),
    strikes: answer.number(),
    expiresAt: answer.numberOrNull(),
  };
};

const methodOf = (text: string): (typeof httpMethods)[number] => {
  const method = httpMethods.find((name) => name === text);
  invariant(method !== undefined, `${text} is a method`);
  return method;
};

const noHeaders: readonly string[] = [];
const headersOf = (text: string | null): readonly string[] => {
  if (text === null) return noHeaders;
  const headers: string[] = JSON.parse(text);
  return headers;
};

/** Main knows what a replay's expiry is, the store which receivers it is about: asked first, then told. */
const replay = async (
  call: CallStore,
  names: Names,
  { postbackIds, dueAt, expiresAt }: Parameters<Store["replay"]>[0],
): Promise<readonly PostbackId[]> => {
  const found = await call("findDead", (flat) => pushList(flat, postbackIds));
  const dead: { readonly id: PostbackId; readonly sequence: number; readonly receiver: ReceiverId }[] = [];
  for (const id of postbackIds) {
    const sequence = found.number();
    if (sequence >= 0) dead.push({ id, sequence, receiver: receiverId(names.textOf(found.number())) });
  }
  const answer = await call("replay", (flat) => {
    flat.push(dueAt, dead.length);
    for (const { sequence, receiver } of dead) flat.push(sequence, expiresAt(receiver));
  });
  return dead.filter(() => answer.flag()).map(({ id }) => id);
};
