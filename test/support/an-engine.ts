import { createStorageFaults, type StorageFaults } from "#src/adapters/memory/faults.ts";
import { openMemoryStorage } from "#src/adapters/memory/memory-storage.ts";
import { createTables, type Tables } from "#src/adapters/memory/tables.ts";
import { nodeHashes } from "#src/adapters/system/node-hashes.ts";
import { partText } from "#src/contract/part-documents.ts";
import type { Catalog } from "#src/core/catalog/catalog.ts";
import { addressOf, partKeyOf, partsOf } from "#src/core/catalog/catalog-part.ts";
import type { Event } from "#src/core/events/event.ts";
import type { Engine } from "#src/engine/engine.ts";
import { defaultEngineLimits, type EngineLimits } from "#src/engine/limits.ts";
import type { EngineObserver } from "#src/engine/observer.ts";
import { startEngine } from "#src/engine/start-engine.ts";
import { catalogForm } from "#src/main/stored-catalog.ts";
import type { CatalogSave } from "#src/ports/catalog-store.ts";
import type { Countries } from "#src/ports/countries.ts";
import type { PostbackDetail, PostbackFilter } from "#src/ports/delivery-log.ts";
import type { Acceptance } from "#src/ports/journal.ts";
import type { Mailer } from "#src/ports/mailer.ts";
import type { Sender } from "#src/ports/sender.ts";
import type { Storage } from "#src/ports/storage.ts";
import type { Retention } from "#src/ports/store.ts";
import { aCatalog } from "./a-catalog.ts";
import { dayMs } from "./an-event.ts";
import { type ScriptedSender, scriptedSender } from "./scripted-sender.ts";
import { seededChance } from "./seeded-chance.ts";
import { type TurnedClock, turnedClock } from "./turned-clock.ts";

/** A running engine with everything around it in the test's hands. */
export type EngineUnderTest = {
  readonly engine: Engine;
  readonly clock: TurnedClock;
  readonly sender: ScriptedSender;
  readonly storage: Storage;
  readonly faults: StorageFaults;
  readonly tables: Tables;
  /** What the engine told of, newest last. */
  readonly told: { readonly faults: unknown[]; readonly breakers: string[] };
};

export type EngineParts = {
  readonly catalog?: Catalog;
  readonly limits?: { readonly [Part in keyof EngineLimits]?: Partial<EngineLimits[Part]> };
  /** Where an earlier engine left its rows, and the clock that goes on. */
  readonly tables?: Tables;
  readonly clock?: TurnedClock;
  readonly observer?: EngineObserver;
  readonly countries?: Countries;
  readonly mailer?: Mailer;
  /** Takes over some of the scripted sender's orders. */
  readonly sendBy?: (scripted: ScriptedSender) => Sender;
  /** Looks over the storage before the engine gets it. */
  readonly wrap?: (storage: Storage) => Storage;
  /** In place of the contract's. */
  readonly readCatalog?: () => Catalog | null;
};

export const retention: Retention = {
  eventsMs: 30 * dayMs,
  deadMs: 90 * dayMs,
  installRecordsMs: 400 * dayMs,
  clientEventIdsMs: 7 * dayMs,
};

/** Starts an engine over the memory adapter; every receiver answers 200 until the script says otherwise. */
export async function anEngine(parts: EngineParts = {}): Promise<EngineUnderTest> {
  const clock = parts.clock ?? turnedClock();
  const catalog = parts.catalog ?? aCatalog();
  const chance = seededChance(1);
  const faults = createStorageFaults({ clock, chance: seededChance(2) });
  const tables = parts.tables ?? createTables();
  const opened = openMemoryStorage({ clock, tables, faults });
  const storage = parts.wrap?.(opened) ?? opened;
  // As `main/` does: the catalog in force has been saved.
  if (parts.tables === undefined)
    await opened.catalog.save({ expected: 0, parts: wholeOf(catalog), at: clock.now(), by: "test", account: null });
  const sender = scriptedSender({ clock });
  const told: EngineUnderTest["told"] = { faults: [], breakers: [] };
  const engine = await startEngine({
    storage,
    sender: parts.sendBy?.(sender) ?? sender,
    clock,
    chance,
    hashes: nodeHashes,
    limits: {
      intake: { ...defaultEngineLimits.intake, ...parts.limits?.intake },
      delivery: { ...defaultEngineLimits.delivery, ...parts.limits?.delivery },
      breaker: { ...defaultEngineLimits.breaker, ...parts.limits?.breaker },
      upkeep: { ...defaultEngineLimits.upkeep, ...parts.limits?.upkeep },
    },
    retention,
    countries: parts.countries ?? null,
    mailer: parts.mailer ?? null,
    catalog,
    revisions: new Map(wholeOf(catalog).map(({ key }) => [key, catalog.revision])),
    catalogForm: { ...catalogForm, ...(parts.readCatalog === undefined ? {} : { read: parts.readCatalog }) },
    observer: {
      faulted: (_room, error) => told.faults.push(error),
      breakerChanged: ({ scope, to }) => told.breakers.push(`${scope} ${to}`),
      ...parts.observer,
    },
  });
  await clock.rest();
  return { engine, clock, sender, storage, faults, tables, told };
}

/** A catalog as the parts that a first revision saves. */
export const wholeOf = (catalog: Catalog): CatalogSave["parts"] =>
  partsOf(catalog).map((part) => ({ key: partKeyOf(addressOf(part)), document: partText(part) }));

/** Gives events to the engine one request each, at once, and lets everything happen that needs no time. */
export async function accept(
  { engine, clock }: EngineUnderTest,
  events: readonly Event[],
): Promise<readonly Acceptance[]> {
  const answers = events.map((event) => engine.journal.append([event]));
  await clock.rest();
  return (await Promise.all(answers)).flat();
}

/** All postbacks that the store has, oldest first. */
export async function postbacks(
  { storage }: EngineUnderTest,
  filter: PostbackFilter = {},
): Promise<readonly PostbackDetail[]> {
  const found = await storage.log.findPostbacks(filter, { limit: 10_000, cursor: null });
  const details = await Promise.all(found.items.map(({ postback }) => storage.log.readPostback(postback.id)));
  return details.filter((detail) => detail !== null).toReversed();
}

/** The codes of an event's decisions as they are recorded. */
export async function codesOf({ storage }: EngineUnderTest, event: Event): Promise<readonly string[]> {
  const stored = await storage.log.readEvent(event.id);
  return (stored?.decisions ?? []).map((decision) => decision.code);
}
