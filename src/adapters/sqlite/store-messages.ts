import type { InstallRecord } from "#src/core/installs/install-record.ts";
import { invariant } from "#src/core/invariant.ts";
import type { OnceMark } from "#src/core/postbacks/once-mark.ts";
import { lanes } from "#src/core/postbacks/postback.ts";
import type { NewPostback, RecordBatch, RecordedEvent, Settlement } from "#src/ports/store.ts";
import { packAttempt } from "./attempt-text.ts";
import { decisionsText } from "./decisions-text.ts";
import { type Flat, type FlatReader, pushList, readText } from "./flat.ts";
import { frozenText } from "./frozen-text.ts";
import { packInstall } from "./install-text.ts";
import type { Names } from "./names.ts";
import type { MarkMessage } from "./once-mark-rows.ts";

/**
 * What main and the store thread say to each other, both directions of each kind side by side.
 * A call is `number, operation, length, …arguments`; calls of one turn ride in one message, behind the
 * names that are new to it: `count, …names, …calls`. An answer is `number, 0, length, …result`, or
 * `number, 1, 1, what went wrong`. Numbers of names stand for texts that repeat, see `Names`.
 */
export const storeOperations = [
  "record",
  "settle",
  "receiversDue",
  "nextDueAt",
  "claim",
  "extendLease",
  "release",
  "expireLeases",
  "cancelReceiver",
  "cancelPostbacks",
  "findDead",
  "replay",
  "rerender",
  "redeliver",
  "erase",
  "wash",
  "cutLog",
  "sweep",
  "lookUp",
  "totals",
  "standing",
  "leased",
  "freeBytes",
  "readConfig",
  "writeConfig",
] as const;
export type StoreOperation = (typeof storeOperations)[number];

export type EventMessage = {
  readonly id: string;
  readonly app: number;
  readonly appText: string;
  readonly clientEventId: string | null;
  readonly type: string;
  readonly name: string;
  readonly receivedAt: number;
  readonly revision: number;
  readonly decisions: string;
  readonly senderIp: string | null;
  readonly enrichment: string | null;
  readonly source: string;
  readonly waits: { readonly keys: readonly string[]; readonly until: number } | null;
  readonly marks: readonly MarkMessage[];
  readonly postbacks: readonly PostbackMessage[];
};

export type PostbackMessage = {
  /** Name of what follows the event's id in the postback's. */
  readonly tag: number;
  readonly receiver: number;
  readonly target: number;
  readonly redelivery: number;
  readonly createdAt: number;
  readonly expiresAt: number | null;
  readonly method: string;
  readonly url: string;
  readonly headers: string | null;
  readonly body: string | null;
  readonly start: StartMessage;
};
export type StartMessage =
  | { readonly kind: "leased" }
  | { readonly kind: "pending"; readonly dueAt: number; readonly lane: number }
  | { readonly kind: "dead"; readonly reason: string; readonly message: string };

export type InstallMessage = {
  readonly app: number;
  readonly appText: string;
  readonly eventId: string;
  readonly keys: readonly string[];
  /** The record as JSON. */
  readonly body: string;
};

export const pushBatch = (flat: Flat, batch: RecordBatch, names: Names): void => {
  flat.push(batch.at, batch.leaseToken, batch.leaseUntil, batch.events.length);
  for (const event of batch.events) pushEvent(flat, event, names);
  flat.push(batch.installs.length);
  for (const install of batch.installs) pushInstall(flat, install, names);
  flat.push(batch.amendments.length);
  for (const amendment of batch.amendments) pushEvent(flat, amendment, names);
  flat.push(batch.duplicates.length);
  for (const { appId, name } of batch.duplicates) flat.push(names.numberOf(appId), name);
};

const pushEvent = (flat: Flat, recorded: RecordedEvent, names: Names): void => {
  const { event, waits } = recorded;
  flat.push(
    event.id,
    names.numberOf(event.appId),
    event.clientEventId,
    event.type,
    event.name,
    event.receivedAt,
    recorded.revision,
    decisionsText(recorded, names),
    event.senderIp,
    frozenText(event),
    event.source,
  );
  if (waits === null) flat.push(-1);
  else {
    pushList(flat, waits.keys);
    flat.push(waits.until);
  }
  pushMarks(flat, recorded.marks, names);
  flat.push(recorded.postbacks.length);
  for (const postback of recorded.postbacks) {
    invariant(postback.postback.eventId === event.id, `postback ${postback.postback.id} is of another event`);
    pushPostback(flat, postback, names);
  }
};

export const readEvent = (reader: FlatReader, textOf: (name: number) => string): EventMessage => {
  const id = reader.text();
  const app = reader.number();
  return {
    id,
    app,
    appText: textOf(app),
    clientEventId: reader.textOrNull(),
    type: reader.text(),
    name: reader.text(),
    receivedAt: reader.number(),
    revision: reader.number(),
    decisions: reader.text(),
    senderIp: reader.textOrNull(),
    enrichment: reader.textOrNull(),
    source: reader.text(),
    waits: readWaits(reader),
    marks: reader.list(readMark),
    postbacks: reader.list(readPostback),
  };
};

export const pushMarks = (flat: Flat, marks: readonly OnceMark[], names: Names): void => {
  flat.push(marks.length);
  for (const { appId, targetKey, subject } of marks) {
    flat.push(names.numberOf(appId), names.numberOf(targetKey), subject);
  }
};

export const readMark = (reader: FlatReader): MarkMessage => ({
  app: reader.number(),
  rule: reader.number(),
  subject: reader.text(),
});

const readWaits = (reader: FlatReader): EventMessage["waits"] => {
  const count = reader.number();
  if (count < 0) return null;
  const keys: string[] = [];
  for (let index = 0; index < count; index += 1) keys.push(reader.text());
  return { keys, until: reader.number() };
};

export const pushPostback = (flat: Flat, { postback, start }: NewPostback, names: Names): void => {
  const { id, eventId, request } = postback;
  invariant(
    id.startsWith(eventId) && id.charAt(eventId.length) === "-",
    `the id of postback ${id} begins with its event's`,
  );
  flat.push(
    names.numberOf(id.slice(eventId.length + 1)),
    names.numberOf(postback.receiverId),
    names.numberOf(postback.targetKey),
    postback.redelivery,
    postback.createdAt,
    postback.expiresAt,
    request.method,
    request.url,
    headersText(request.headers),
    request.body,
  );
  switch (start.kind) {
    case "leased":
      flat.push(0);
      break;
    case "pending":
      flat.push(1, start.dueAt, lanes.indexOf(start.lane));
      break;
    case "dead":
      flat.push(2, start.reason, start.message);
      break;
  }
};

/** As the column holds them; none are null. */
export const headersText = (headers: readonly string[]): string | null =>
  headers.length === 0 ? null : JSON.stringify(headers);

export const readPostback = (reader: FlatReader): PostbackMessage => ({
  tag: reader.number(),
  receiver: reader.number(),
  target: reader.number(),
  redelivery: reader.number(),
  createdAt: reader.number(),
  expiresAt: reader.numberOrNull(),
  method: reader.text(),
  url: reader.text(),
  headers: reader.textOrNull(),
  body: reader.textOrNull(),
  start: readStart(reader),
});

const leasedStart: StartMessage = { kind: "leased" };

const readStart = (reader: FlatReader): StartMessage => {
  const kind = reader.number();
  if (kind === 0) return leasedStart;
  if (kind === 1) return { kind: "pending", dueAt: reader.number(), lane: reader.number() };
  return { kind: "dead", reason: reader.text(), message: reader.text() };
};

const pushInstall = (flat: Flat, install: InstallRecord, names: Names): void => {
  flat.push(names.numberOf(install.appId), install.eventId);
  pushList(flat, install.keys);
  flat.push(packInstall(install));
};

export const readInstall = (reader: FlatReader, textOf: (name: number) => string): InstallMessage => {
  const app = reader.number();
  return { app, appText: textOf(app), eventId: reader.text(), keys: reader.list(readText), body: reader.text() };
};

export type SettlementMessage = {
  readonly sequence: number;
  readonly token: string;
  readonly at: number;
  /** The attempt, packed: null where nothing was sent. */
  readonly attempt: { readonly number: number; readonly startedAt: number; readonly text: string } | null;
  readonly next:
    | { readonly state: "delivered" }
    | { readonly state: "dead"; readonly reason: string }
    | {
        readonly state: "pending";
        readonly dueAt: number;
        readonly lane: number;
        readonly spent: number;
        readonly strikes: number;
      };
};

export const pushSettlements = (flat: Flat, settlements: readonly Settlement[]): void => {
  flat.push(settlements.length);
  for (const { sequence, leaseToken, at, attempt, next } of settlements) {
    flat.push(sequence, leaseToken, at);
    if (attempt === null) flat.push(0);
    else flat.push(attempt.number, attempt.exchange.startedAt, packAttempt(attempt));
    switch (next.state) {
      case "delivered":
        flat.push(0);
        break;
      case "dead":
        flat.push(1, next.reason);
        break;
      case "pending":
        flat.push(2, next.dueAt, lanes.indexOf(next.lane), next.spent, next.strikes);
        break;
    }
  }
};

const deliveredNext: SettlementMessage["next"] = { state: "delivered" };

export const readSettlement = (reader: FlatReader): SettlementMessage => ({
  sequence: reader.number(),
  token: reader.text(),
  at: reader.number(),
  attempt: readAttempt(reader),
  next: readNext(reader),
});

const readAttempt = (reader: FlatReader): SettlementMessage["attempt"] => {
  const number = reader.number();
  return number === 0 ? null : { number, startedAt: reader.number(), text: reader.text() };
};

const readNext = (reader: FlatReader): SettlementMessage["next"] => {
  const kind = reader.number();
  if (kind === 0) return deliveredNext;
  if (kind === 1) return { state: "dead", reason: reader.text() };
  return {
    state: "pending",
    dueAt: reader.number(),
    lane: reader.number(),
    spent: reader.number(),
    strikes: reader.number(),
  };
};

/** What a settlement's receipt says, by the number that it is answered with. */
export const settleReceipts = ["settled", "cancelled", "stale"] as const;
