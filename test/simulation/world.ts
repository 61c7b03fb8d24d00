import { createStorageFaults, StorageFault, type StorageFaults, withFaults } from "#src/adapters/memory/faults.ts";
import { openMemoryStorage } from "#src/adapters/memory/memory-storage.ts";
import { createTables, type Tables } from "#src/adapters/memory/tables.ts";
import { nodeHashes } from "#src/adapters/system/node-hashes.ts";
import type { Catalog } from "#src/core/catalog/catalog.ts";
import type { Event } from "#src/core/events/event.ts";
import type { EventId, ReceiverId } from "#src/core/ids.ts";
import { integrationReceiverId, ownerOfReceiver, ruleReceiverId } from "#src/core/postbacks/target-key.ts";
import type { Engine } from "#src/engine/engine.ts";
import { defaultEngineLimits, type EngineLimits } from "#src/engine/limits.ts";
import { startEngine } from "#src/engine/start-engine.ts";
import { catalogForm } from "#src/main/stored-catalog.ts";
import type { Pause, PauseScope } from "#src/ports/catalog-store.ts";
import type { Chance } from "#src/ports/chance.ts";
import { type Acceptance, NotAcknowledged } from "#src/ports/journal.ts";
import type { Storage } from "#src/ports/storage.ts";
import type { Store } from "#src/ports/store.ts";
import { retention, wholeOf } from "#test/support/an-engine.ts";
import { anEvent } from "#test/support/an-event.ts";
import { type ScriptedAnswer, type ScriptedSender, scriptedSender } from "#test/support/scripted-sender.ts";
import { type TurnedClock, turnedClock } from "#test/support/turned-clock.ts";
import { brokenInvariants } from "./invariants.ts";
import { beginLife, type Life } from "./mortal.ts";
import { openReceivers, type Receivers } from "./receivers.ts";
import { watchStore } from "./store-watch.ts";
import { worldCatalog } from "./world-catalog.ts";

/** Engine, storage, receivers and time, all in the hands of a simulation. */
export type World = {
  readonly clock: TurnedClock;
  readonly chance: Chance;
  readonly tables: Tables;
  readonly faults: StorageFaults;
  readonly receivers: Receivers;
  /** What has gone against a promise so far. */
  readonly violations: readonly string[];
  readonly engine: () => Engine;
  readonly sender: () => ScriptedSender;
  /** Everything that a receiver has in hand is answered so. */
  readonly answer: (receiver: ReceiverId, answer: ScriptedAnswer) => void;
  /** Gives events to the journal; null where they were not acknowledged. A life that ends does not answer. */
  readonly append: (events: readonly Event[]) => Promise<readonly Acceptance[] | null>;
  /** Asks the engine for something that a fault of the storage may refuse. */
  readonly ask: (what: string, asked: (engine: Engine) => Promise<unknown>) => void;
  readonly pause: (scope: PauseScope) => void;
  readonly resume: (scope: PauseScope, ratePerSecond: number | null) => void;
  readonly changeCatalog: (catalog: Catalog) => void;
  /** The process ends without a word, and another starts over what was committed. */
  readonly crash: () => Promise<void>;
  /** The process ends in good order, and another starts. */
  readonly restart: (graceMs: number) => Promise<void>;
  readonly crashSender: () => void;
  readonly look: () => void;
};

/** A storage with a bug, over the tables that it may do wrong to. */
export type Sabotage = (storage: Storage, tables: Tables) => Storage;

const second = 1_000;

/** As in production, with ticks further apart, since hours are turned in milliseconds, and with shorter leases, fewer attempts under way and less memory. */
const limits: EngineLimits = {
  ...defaultEngineLimits,
  delivery: {
    ...defaultEngineLimits.delivery,
    pollIntervalMs: 5 * second,
    inFlightMax: 6,
    inHandMax: 40,
    creditsPerReceiver: 12,
    leaseDurationMs: 60 * second,
  },
  upkeep: {
    ...defaultEngineLimits.upkeep,
    leaseTickMs: 10 * second,
    sweepTickMs: 30 * second,
    diskTickMs: 10 * second,
    replayTickMs: 10 * second,
  },
};

export const openWorld = async (
  chance: Chance,
  /** Plants a bug in the storage, to show that it is found. */
  sabotage: Sabotage = (storage) => storage,
): Promise<World> => {
  const clock = turnedClock();
  const tables = createTables();
  const violations: string[] = [];
  const violated = (what: string): void => {
    violations.push(what);
  };
  const ledger = { acknowledged: new Set<EventId>(), duplicatesOf: new Set<EventId>() };
  const accepted = new Set<string>();
  const pauses: Pause[] = [];
  const cancelled = new Map<ReceiverId, number>();
  let isSettlingFailed = false;
  const keptBack = (receiver: ReceiverId): string | null => {
    if (isSettlingFailed) return "an outcome is known and could not be written";
    return pauses.some(({ scope }) => holds(scope, receiver)) ? "its receiver is paused" : null;
  };
  const cancelledUpTo = (receiver: ReceiverId): number => cancelled.get(receiver) ?? 0;
  let leasesBegan = 0;
  const leaseNow = (): number => leasesBegan + clock.monotonic();
  const receivers = openReceivers({ tables, chance, clock, leaseNow, keptBack, cancelledUpTo, violated });
  const watch = watchStore(tables, violated);
  let running = { life: beginLife(clock), ...unstarted };

  /** Only faults that the simulation made are no surprise. */
  const expectFault = (where: string, error: unknown): void => {
    const cause = error instanceof NotAcknowledged ? error.cause : error;
    if (error instanceof NotAcknowledged && cause === undefined) return;
    if (!(cause instanceof StorageFault)) violated(`${where}: ${cause instanceof Error ? cause.stack : String(cause)}`);
  };

  // Faults live with the process: a commit that is held back when it ends never comes.
  const faults = createStorageFaults({
    clock: { ...clock, after: (delayMs, run) => running.life.clock.after(delayMs, run) },
    chance,
  });

  const start = async (): Promise<void> => {
    for (let tries = 0; tries < 200; tries += 1) {
      const life = beginLife(clock);
      running = { ...running, life };
      const opened = watch.watched(sabotage(openMemoryStorage({ clock, tables }), tables));
      const sender = scriptedSender({ clock: life.clock, answer: receivers.answer });
      if ((await opened.catalog.revision()) === null) {
        const save = { expected: 0, parts: wholeOf(worldCatalog()), at: clock.now(), by: "simulation", account: null };
        await opened.catalog.save(save);
      }
      const stored = await opened.catalog.current();
      const catalog = (stored === null ? null : catalogForm.read(stored)) ?? worldCatalog();
      stored === null ? { ...worldCatalog(), revision: 0 } : (catalogForm.read(stored) ?? worldCatalog());
      isSettlingFailed = false;
      leasesBegan = clock.now() - clock.monotonic();
      const faulty = withFaults(opened, faults);
      const settle: Store["settle"] = async (settlements) => {
        const receipts = await faulty.store.settle(settlements);
        isSettlingFailed = false;
        return receipts;
      };
      const started = startEngine({
        storage: mortalPorts({ ...faulty, store: { ...faulty.store, settle } }, life),
        sender,
        clock: life.clock,
        chance,
        hashes: nodeHashes,
        limits,
        retention,
        countries: null,
        mailer: null,
        catalog,
        revisions: new Map(stored?.parts.map(({ key, revision }) => [key, revision])),
        catalogForm,
        observer: {
          faulted: (room, error) => {
            expectFault(room, error);
            if (room === "settle") isSettlingFailed = true;
          },
        },
      }).then(
        (engine) => ({ engine, error: null }),
        (error: unknown) => ({ engine: null, error }),
      );
      const begun = await turnUntil(clock, started);
      if (begun.engine !== null) {
        running = { life, sender, engine: begun.engine };
        return;
      }
      // Its first look may have found something to send before another fault ended it.
      expectFault("start", begun.error);
      life.end();
      sender.vanish();
      receivers.permitDoubles();
    }
    violated("the engine does not start");
  };

  const ask = (what: string, asked: (engine: Engine) => Promise<unknown>): void => {
    const { engine, life } = running;
    if (engine === null) return;
    asked(engine).catch((error: unknown) => {
      if (!life.isOver()) expectFault(what, error);
    });
  };

  await start();
  return {
    clock,
    chance,
    tables,
    faults,
    receivers,
    violations,
    engine: () => {
      if (running.engine === null) throw new Error("the engine is not running");
      return running.engine;
    },
    sender: () => {
      if (running.sender === null) throw new Error("the engine is not running");
      return running.sender;
    },
    answer: (receiver, answer) => {
      const { sender } = running;
      for (const order of sender?.inHand() ?? []) {
        if (order.receiverId !== receiver) continue;
        receivers.answered(order, answer);
        sender?.answer(order.ticket, answer);
      }
    },
    ask,
    append: async (events) => {
      const { engine } = running;
      if (engine === null) return null;
      try {
        const acceptances = await engine.journal.append(events);
        for (const [place, { kind, id }] of acceptances.entries()) {
          ledger[kind === "accepted" ? "acknowledged" : "duplicatesOf"].add(id);
          const clientEventId = events[place]?.clientEventId ?? null;
          if (kind !== "accepted" || clientEventId === null) continue;
          if (accepted.has(clientEventId)) violated(`client event id ${clientEventId} was accepted twice`);
          accepted.add(clientEventId);
        }
        return acceptances;
      } catch (error) {
        expectFault("append", error);
        return null;
      }
    },
    pause: (scope) => {
      ask("pause", async (engine) => {
        await engine.pause(scope, "simulation");
        pauses.splice(0, pauses.length, ...engine.pauses());
      });
    },
    resume: (scope, ratePerSecond) => {
      pauses.splice(0);
      ask("resume", (engine) => engine.resume(scope, ratePerSecond));
    },
    changeCatalog: (catalog) => {
      const there = new Set(receiversOf(catalog));
      ask("catalog", async (engine) => {
        const before = receiversOf(engine.catalog.current().catalog);
        const change = { catalog, by: "simulation", expected: null, dryRun: false };
        const { kind } = await engine.catalog.change(change);
        if (kind !== "changed") return;
        for (const receiver of before) if (!there.has(receiver)) cancelled.set(receiver, tables.sequence);
      });
    },
    crash: async () => {
      running.life.end();
      running.sender?.vanish();
      receivers.permitDoubles();
      await start();
    },
    restart: async (graceMs) => {
      const { engine, life } = running;
      if (engine === null) return;
      const isSound = faults.areOff() && graceMs > longestTryMs;
      const stopped = engine.stop(graceMs).then(
        () => null,
        (error: unknown) => expectFault("stop", error),
      );
      await turnUntil(clock, stopped);
      life.end();
      if (!isSound) receivers.permitDoubles();
      await start();
    },
    crashSender: () => {
      receivers.permitDoubles();
      running.sender?.crash();
    },
    look: () => {
      for (const broken of brokenInvariants(tables, ledger, receivers)) violated(broken);
    },
  };
};

/** Given this long, a sender has heard of everything that it has in hand. */
const longestTryMs = 31 * second;

const receiversOf = (catalog: Catalog): readonly ReceiverId[] =>
  catalog.apps.flatMap(({ id, integrations, rules }) => [
    ...integrations.map(({ partnerId, configurator }) => integrationReceiverId(id, partnerId, configurator)),
    ...rules.map((rule) => ruleReceiverId(id, rule.id)),
  ]);

const unstarted: { readonly sender: ScriptedSender | null; readonly engine: Engine | null } = {
  sender: null,
  engine: null,
};

const game = anEvent().appId;

const holds = (scope: PauseScope, receiver: ReceiverId): boolean => {
  switch (scope.level) {
    case "everything":
      return true;
    case "app":
      return scope.id === game;
    case "partner":
      return scope.id === ownerOfReceiver(receiver)?.partnerId;
    case "receiver":
      return scope.id === receiver;
  }
};

const mortalPorts = (storage: Storage, life: Life): Storage => ({
  ...storage,
  store: life.port(storage.store),
  knowledge: life.port(storage.knowledge),
  log: life.port(storage.log),
  catalog: life.port(storage.catalog),
  jobs: life.port(storage.jobs),
  disk: life.port(storage.disk),
});

/** Turns the clock until the promise has its answer. */
const turnUntil = async <Answer>(clock: TurnedClock, promise: Promise<Answer>): Promise<Answer> => {
  let answered = false;
  const watched = promise.finally(() => {
    answered = true;
  });
  for (let turns = 0; turns < 10_000 && !answered; turns += 1) {
    await clock.rest();
    if (!answered) await clock.turn(100);
  }
  if (!answered) throw new Error("no answer came in 1000 s of turned time");
  return watched;
};
