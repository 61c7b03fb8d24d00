/**
 * Fills a folder through the store's own port, in batches of a thousand, and says `filled`. Argument: the
 * folder, then a `Filling` as JSON. No HTTP, no deciding and no sending: this is how millions of rows come
 * into a folder in minutes, and their tables and indexes are those of a server that took them one by one.
 */
import { randomUUID } from "node:crypto";
import { openSqliteStorage } from "../../src/adapters/sqlite/open-sqlite-storage.ts";
import { systemChance } from "../../src/adapters/system/system-chance.ts";
import { systemClock } from "../../src/adapters/system/system-clock.ts";
import type { Event } from "../../src/core/events/event.ts";
import { parseEvent } from "../../src/core/events/parse-event.ts";
import { appId, eventId, partnerId } from "../../src/core/ids.ts";
import { postbackIdOf } from "../../src/core/postbacks/postback-id.ts";
import { integrationReceiverId } from "../../src/core/postbacks/target-key.ts";
import { uuidV7 } from "../../src/core/uuid-v7.ts";
import type { NewPostback, RecordBatch, RecordedEvent } from "../../src/ports/store.ts";
import { anAttempt } from "../../test/support/a-recorded-event.ts";
import { benchPartnerId } from "./bench-catalog.ts";
import { benchAppId, benchEvent } from "./bench-event.ts";
import { appOf, installOf } from "./bench-world.ts";
import type { Filling } from "./fill.ts";

const batchSize = 1_000;
const batchesAtOnce = 4;
const progressEvery = 1_000_000;
const hourMs = 3_600_000;
/** Places in the schedule are spread over this. */
const dueWithinMs = 3 * hourMs;

const [folder = "", text = "{}"] = process.argv.slice(2);
const filling: Filling = JSON.parse(text);
const storage = await openSqliteStorage({ folder, clock: systemClock });
const now = systemClock.now();

type Told = Partial<Parameters<typeof benchEvent>[0]>;

const anEvent = (number: number, at: number, told: Told = {}): Event => {
  const parsed = parseEvent({
    source: benchEvent({ id: null, name: "level_up", number, sentUs: 0, ...told }),
    id: eventId(uuidV7(at, systemChance.bytes(10))),
    receivedAt: at,
    senderIp: null,
    defaultAppId: null,
  });
  if (parsed.kind !== "event") throw new Error("the bench's event is one");
  return parsed.event;
};

const partner = partnerId(benchPartnerId);
const tag = "0123456789ab";

const targetKey = `integration:${partner}/m`;
const target = { kind: "integration", partnerId: partner, configurator: null, mappingId: null } as const;

const waiting = (number: number): RecordedEvent =>
  recorded(number, now, { kind: "pending", dueAt: now + hourMs + ((number * 7919) % dueWithinMs), lane: "retry" });

/** Its client's id is known from now on; nobody is told of it. */
const known = (number: number): RecordedEvent => ({
  event: anEvent(number, now, { id: randomUUID(), name: "nobody_maps_this" }),
  revision: 1,
  decisions: [{ target, targetKey: `integration:${partner}`, outcome: { kind: "skip", reason: "not_mapped" } }],
  usual: null,
  postbacks: [],
  marks: [],
  waits: null,
});

const recorded = (number: number, at: number, start: NewPostback["start"]): RecordedEvent => {
  const app = appOf(number % (filling.apps ?? 1));
  const { users } = filling;
  const event = anEvent(number, at, { appId: app, userId: users === undefined ? null : `user-${number % users}` });
  return {
    event,
    revision: 1,
    decisions: [{ target, targetKey, outcome: { kind: "match" } }],
    usual: null,
    postbacks: [
      {
        postback: {
          id: postbackIdOf(event.id, tag, 0),
          eventId: event.id,
          receiverId: integrationReceiverId(appId(app), partner, null),
          targetKey,
          request: {
            method: "GET",
            url: `http://127.0.0.1:9/postback?n=${number}&pid=examplenetwork_int&event=p0&advertising_id=38400000-8cf0-11bd-b23e-10b96e40000d&install_time=1793527200&country=US&os=14&device=SM-G991B&c=spring_sale&v=1.2.3&lang=en`,
            headers: [],
            body: null,
          },
          createdAt: at,
          expiresAt: null,
          redelivery: 0,
        },
        start,
      },
    ],
    marks: [],
    waits: null,
  };
};

const install = (number: number): RecordBatch["installs"][number] => ({
  appId: appId(benchAppId),
  keys: [`install_id:${installOf(number)}`],
  eventId: eventId(uuidV7(now, systemChance.bytes(10))),
  installedAt: now - hourMs,
  installedBy: "install",
  conversionAt: now - hourMs,
  conversionKind: "install",
  fields: { media_source: benchPartnerId, campaign: "spring_sale" },
  fieldTimes: {},
  lifecycle: {},
});

const write = async (count: number, batchOf: (from: number, to: number) => Partial<RecordBatch>): Promise<void> => {
  let under: Promise<unknown>[] = [];
  for (let from = 0; from < count; from += batchSize) {
    const batch = batchOf(from, Math.min(count, from + batchSize));
    under.push(
      storage.store.record({
        at: now,
        events: [],
        installs: [],
        amendments: [],
        duplicates: [],
        leaseToken: "fill",
        leaseUntil: now,
        ...batch,
      }),
    );
    tellProgress("rows", from);
    if (under.length < batchesAtOnce) continue;
    await Promise.all(under);
    under = [];
  }
  await Promise.all(under);
};

/** Recorded and settled at their own time, the oldest first, as they would have been. */
const writeHistory = async (count: number, spanMs: number): Promise<void> => {
  const lease = { leaseToken: "fill", leaseUntil: now };
  let settling: Promise<unknown> = Promise.resolve();
  for (let from = 0; from < count; from += batchSize) {
    const at = Math.round(now - spanMs + (spanMs * from) / count);
    const events = numbers(from, Math.min(count, from + batchSize)).map((number) =>
      recorded(number, at, { kind: "leased" }),
    );
    const receipt = await storage.store.record({ at, events, installs: [], amendments: [], duplicates: [], ...lease });
    const sequences = receipt.events.flatMap((event) => (event.kind === "recorded" ? event.sequences : []));
    await settling;
    settling = storage.store.settle(
      sequences.map((sequence) => ({
        sequence,
        leaseToken: lease.leaseToken,
        at,
        attempt: anAttempt(1, { startedAt: at }),
        next: { state: "delivered" },
      })),
    );
    tellProgress("history", from);
  }
  await settling;
};

/** A question by an id is answered out of what is searched by, which follows what was recorded: it makes up for the rest. */
const followForSearch = async (): Promise<void> => {
  const key = { kind: "user_id", value: "nobody" } as const;
  await storage.log.findPostbacks({ key }, { limit: 1, cursor: null });
};

const tellProgress = (what: string, done: number): void => {
  if (done > 0 && done % progressEvery === 0) console.error(`  filled ${done.toLocaleString("en")} of ${what}`);
};

const numbers = (from: number, to: number): readonly number[] =>
  Array.from({ length: to - from }, (_, index) => from + index);

await write(filling.waiting ?? 0, (from, to) => ({ events: numbers(from, to).map(waiting) }));
await write(filling.installs ?? 0, (from, to) => ({ installs: numbers(from, to).map(install) }));
await write(filling.known ?? 0, (from, to) => ({ events: numbers(from, to).map(known) }));
await writeHistory(filling.history ?? 0, (filling.historyDays ?? 1) * 24 * hourMs);
await followForSearch();
await storage.close();
process.send?.({ kind: "filled" });
