import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import type { Event } from "#src/core/events/event.ts";
import type { Attempt } from "#src/core/postbacks/attempt.ts";
import { claim, keepAll, retryAt, settlement } from "#src/ports/conformance/recorded-postbacks.ts";
import type { Storage } from "#src/ports/storage.ts";
import { aBatch, anAttempt, anInstallRecord, aPostback, aRecordedEvent } from "#test/support/a-recorded-event.ts";
import { anEvent, dayMs, noon } from "#test/support/an-event.ts";
import { sqliteFolder } from "#test/support/sqlite-folder.ts";
import { openForReading } from "./data-file.ts";

const people = 600;
const atOnce = 20;
const nameOf = (person: number): string => `person-${String(person).padStart(5, "0")}@x.example`;
const keysOf = (person: number): readonly string[] => [
  `install_id:${((person * 2_654_435_761) % 2 ** 32).toString(16)}`,
  `customer_user_id:${nameOf(person)}`,
];
/** Of many lengths, so that pages are divided at many places; some are longer than a page. */
const noteOf = (person: number): string => "n".repeat(person % 97 === 0 ? 9_000 : (person * 37) % 400);
const textOf = (person: number): string => `${nameOf(person)} ${noteOf(person)}`;

const requestOf = (person: number, version: string) => ({
  method: "POST" as const,
  url: `https://p.example/${version}?id=${nameOf(person)}`,
  headers: [],
  body: textOf(person),
});

/** What the receiver answers quotes what it was sent. */
const attemptOf = (person: number, number: number): Attempt => {
  const { exchange, ...attempt } = anAttempt(number, { status: 500, startedAt: noon + person });
  assert.ok(exchange.answer.kind === "response");
  return { ...attempt, exchange: { ...exchange, answer: { ...exchange.answer, body: `no ${textOf(person)}` } } };
};

type Person = { readonly person: number; readonly event: Event };

/** Their events wait for an install, and their first requests fail: every third is not tried again. */
const arrive = async (storage: Storage, first: number): Promise<readonly Person[]> => {
  const arrived = Array.from({ length: atOnce }, (_, index) => ({
    person: first + index,
    event: anEvent({
      fields: { customer_user_id: nameOf(first + index) },
      value: { note: noteOf(first + index) },
    }),
  }));
  const events = arrived.map(({ person, event }) =>
    aRecordedEvent({
      event,
      waits: { keys: keysOf(person), until: noon + dayMs },
      marks: [{ appId: event.appId, targetKey: "rule:r1", subject: keysOf(person)[1] ?? "" }],
      postbacks: [{ start: { kind: "leased" }, request: requestOf(person, "first") }],
    }),
  );
  const receipt = await storage.store.record(aBatch(events));
  // Answers come in another order than requests went out.
  const order = arrived.map((_, index) => (index * 7) % atOnce);
  await storage.store.settle(
    order.map((index) => {
      const heard = receipt.events[index];
      assert.equal(heard?.kind, "recorded");
      const lease = { sequence: heard.sequences[0] ?? 0, leaseToken: "lease-of-record" };
      const person = first + index;
      const next = person % 3 === 0 ? ({ state: "dead", reason: "permanent" } as const) : retryAt(noon + dayMs);
      return settlement(lease, attemptOf(person, 1), next);
    }),
  );
  return arrived;
};

/** Their installs come late, twice; what waits is made anew, and what was sent is sent again. */
const goOn = async (storage: Storage, before: readonly Person[]): Promise<void> => {
  const installs = before.map(({ person, event }) =>
    anInstallRecord({
      eventId: event.id,
      appId: event.appId,
      keys: keysOf(person),
      lifecycle: { "a.DeviceName": noteOf(person) },
    }),
  );
  const amendments = before.map(({ person, event }) => {
    const fields = { customer_user_id: nameOf(person), campaign: noteOf(person).slice(0, 200) };
    const enrichment = { version: 2, fields, conversionAt: noon, conversionKind: "install" as const, lifecycle: {} };
    return aRecordedEvent({ event: Object.assign({}, event, { enrichment }) });
  });
  await storage.store.record(aBatch([], { installs, amendments }));
  await storage.store.record(aBatch([], { installs: installs.toReversed() }));
  const versions = before.map(({ person, event }) => ({
    postbackId: aPostback(event).postback.id,
    request: requestOf(person, "second"),
    leaseToken: null,
  }));
  await storage.store.rerender({ versions, at: noon });
  for (const { person, event } of before.filter((_, index) => index % 4 === 0))
    await storage.store.redeliver(aPostback(event, { redelivery: 1, request: requestOf(person, "again") }));
};

/** Another attempt for some of those that wait. */
const retry = async (storage: Storage, count: number): Promise<void> => {
  const owed = await claim(storage, { lane: "retry", now: noon + 2 * dayMs, count });
  await storage.store.settle(
    owed.map((lease, index) => {
      const person = Number(/person-(\d+)/.exec(lease.request.url)?.[1]);
      const next = index % 2 === 0 ? retryAt(noon + dayMs) : ({ state: "dead", reason: "exhausted" } as const);
      return settlement(lease, attemptOf(person, lease.attempts + 1), next);
    }),
  );
};

/** As the engine does: what waits is cancelled first. */
const forget = async (storage: Storage, { person, event }: Person): Promise<void> => {
  const stored = await storage.log.readEvent(event.id);
  const postbackIds = stored?.postbackIds ?? [];
  await storage.store.cancel({ which: { postbackIds }, reason: "erased", at: noon });
  const receipt = await storage.store.erase({
    events: [event.id],
    people: [{ appId: event.appId, keys: keysOf(person) }],
  });
  assert.deepEqual(receipt, { erased: [event.id], installs: 1, marks: 1 });
  assert.deepEqual(await storage.store.scrub(), { leftInLog: false, leftInFile: null });
};

/** Which file names whom. */
const left = (folder: string, erased: readonly Person[]): readonly string[] => {
  const files = readdirSync(folder).filter((name) => !name.endsWith(".sock"));
  return files.flatMap((file) => {
    const bytes = readFileSync(`${folder}/${file}`);
    return erased.filter(({ person }) => bytes.includes(nameOf(person))).map(({ person }) => `${person} in ${file}`);
  });
};

test("no byte of people who are erased is in any file of the folder, at once and after a stop", async (context) => {
  const folder = sqliteFolder(context);
  const storage = await folder.open();
  const everybody: Person[] = [];
  let before: readonly Person[] = [];
  for (let first = 0; first < people; first += atOnce) {
    const arrived = await arrive(storage, first);
    await goOn(storage, before);
    await retry(storage, 9);
    everybody.push(...before);
    before = arrived;
  }
  for (let round = 0; round < 5; round += 1) await retry(storage, 60);
  const erased = everybody.filter((_, index) => index === 0 || index % 9 === 4 || index === everybody.length - 1);
  assert.equal(left(folder.path, erased).length > 0, true, "they are there before");
  for (const person of erased) await forget(storage, person);
  assert.deepEqual(left(folder.path, erased), []);
  await storage.close();
  assert.deepEqual(left(folder.path, erased), []);
});

test("while somebody reads an older moment the log keeps what it has; the sweep after that empties it", async (context) => {
  const folder = sqliteFolder(context);
  const storage = await folder.open();
  const [first, ...others] = await arrive(storage, 0);
  assert.ok(first !== undefined);
  await goOn(storage, [first, ...others]);
  const reader = openForReading(folder.path);
  reader.exec("BEGIN; SELECT epoch FROM folder");
  const postbackIds = (await storage.log.readEvent(first.event.id))?.postbackIds ?? [];
  await storage.store.cancel({ which: { postbackIds }, reason: "erased", at: noon });
  const people = [{ appId: first.event.appId, keys: keysOf(first.person) }];
  await storage.store.erase({ events: [first.event.id], people });
  assert.deepEqual(await storage.store.scrub(), { leftInLog: true, leftInFile: null });
  await storage.store.sweep({ now: noon, retention: keepAll, slice: 10 });
  assert.equal(left(folder.path, [first]).length > 0, true, "it is held still");
  reader.close();
  await storage.store.sweep({ now: noon, retention: keepAll, slice: 10 });
  assert.deepEqual(left(folder.path, [first]), []);
});
