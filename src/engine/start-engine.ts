import type { Catalog } from "#src/core/catalog/catalog.ts";
import { compileCatalog } from "#src/core/compile/compile-catalog.ts";
import type { CompiledCatalog } from "#src/core/compile/compiled-catalog.ts";
import type { Means } from "#src/core/compile/means.ts";
import type { Event } from "#src/core/events/event.ts";
import type { PartKey } from "#src/core/ids.ts";
import type { Rates } from "#src/core/money/exchange-rates.ts";
import type { Hashes } from "#src/core/templates/hashes.ts";
import type { Chance } from "#src/ports/chance.ts";
import type { Clock } from "#src/ports/clock.ts";
import type { Countries } from "#src/ports/countries.ts";
import type { Knowledge } from "#src/ports/knowledge.ts";
import type { Mailer } from "#src/ports/mailer.ts";
import type { Sender } from "#src/ports/sender.ts";
import type { Storage } from "#src/ports/storage.ts";
import type { Retention } from "#src/ports/store.ts";
import { eventLocator } from "./accept/event-locator.ts";
import { Intake } from "./accept/intake.ts";
import { Delivery } from "./deliver/delivery.ts";
import { type DeliveryState, openDeliveryState } from "./deliver/delivery-state.ts";
import { SharedSender } from "./deliver/shared-sender.ts";
import type { Engine } from "./engine.ts";
import type { EngineLimits } from "./limits.ts";
import { openNotices } from "./notify/notices.ts";
import type { EngineObserver } from "./observer.ts";
import { Backfills } from "./operate/backfills.ts";
import { Cancellations } from "./operate/cancellations.ts";
import type { CatalogForm } from "./operate/catalog-change.ts";
import { CatalogChanges } from "./operate/catalog-changes.ts";
import { Erasures } from "./operate/erasures.ts";
import { Explanations } from "./operate/explanations.ts";
import { heldBy } from "./operate/held.ts";
import { JobFilters } from "./operate/job-filters.ts";
import { Pauses, pauseKey } from "./operate/pauses.ts";
import { Redeliveries } from "./operate/redeliveries.ts";
import { ReplayJobs } from "./operate/replay-jobs.ts";
import { Rerenders } from "./operate/rerenders.ts";
import { Simulations } from "./operate/simulations.ts";
import { TestSends } from "./operate/test-sends.ts";
import { engineStatus } from "./status.ts";
import { startUpkeep } from "./upkeep/start-upkeep.ts";

export type EngineDependencies = {
  readonly storage: Storage;
  readonly sender: Sender;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly hashes: Hashes;
  /** Left out, money is in its own currency alone. */
  readonly rates?: Rates;
  readonly limits: EngineLimits;
  readonly retention: Retention;
  /** In force at the start, as the newest revision has it; revision 0 and empty on an empty store. */
  readonly catalog: Catalog;
  /** Of the last change of each part of it. */
  readonly revisions: ReadonlyMap<PartKey, number>;
  readonly catalogForm: CatalogForm;
  readonly observer?: EngineObserver;
  /** Null where no file of countries is set: then events have the country that they tell. */
  readonly countries: Countries | null;
  /** Null where no mail server is set: then notices go to webhooks only. */
  readonly mailer: Mailer | null;
};

/**
 * Puts the rooms together and starts their loops. What is owed from before is claimed like anything
 * else that waits; what the catalog no longer has is cancelled before the first event is taken.
 */
export async function startEngine(dependencies: EngineDependencies): Promise<Engine> {
  const { storage, sender, clock, chance, hashes, limits, revisions, catalogForm: form } = dependencies;
  const { knowledge, log } = storage;
  const observer = dependencies.observer ?? {};
  const means = dependencies.rates === undefined ? { hashes } : { hashes, rates: dependencies.rates };
  const compiled = compileAtStart(dependencies.catalog, means);
  const [pauses, known] = await Promise.all([storage.catalog.pauses(), storage.jobs.unfinished()]);
  const pausedKeys = new Set(pauses.map((pause) => pauseKey(pause.scope)));
  const state = openDeliveryState({ store: storage.store, clock, chance, limits, observer, compiled, pausedKeys });
  const shared = new SharedSender(sender);
  const locate = dependencies.countries === null ? null : eventLocator(dependencies.countries);
  const { delivery, intake } = openFlow({ state, knowledge, chance, locate, sender: shared.forDelivery });
  const catalog = new CatalogChanges({ log, means, intake, delivery, revisions, form, store: storage.catalog });
  const pausing = new Pauses({ catalog: storage.catalog, log, clock, delivery, pauses });
  const explanations = new Explanations({ catalog: storage.catalog, log, knowledge, means, state, form });
  const redeliveries = new Redeliveries({ store: storage.store, log, delivery });
  const replays = new ReplayJobs({ storage, delivery, redeliveries, chance, unfinished: known });
  const backfills = new Backfills({ storage, delivery, chance, unfinished: known });
  const halt = { replay: replays.halt, backfill: backfills.halt };
  const jobFilters = new JobFilters({ jobs: storage.jobs, hashes, halt });
  const simulations = new Simulations({ log, means, chance, state });
  const notices = openNotices({
    ...dependencies,
    state,
    sender: shared,
    status: () => engineStatus({ state, intake }),
    pauses: pausing.list,
  });
  const testSends = new TestSends({ sender: shared, state, chance });

  await catalog.cancelOrphans();
  await delivery.start();
  const upkeep = startUpkeep({ ...dependencies, intake, delivery, replays, backfills, simulations, catalog, notices });

  return {
    journal: intake,
    located: (event) => locate?.(event) ?? event,
    catalog,
    explainNow: explanations.ofNow,
    explainThen: explanations.ofThen,
    pause: pausing.pause,
    resume: pausing.resume,
    pauses: pausing.list,
    heldBy: (id) => heldBy(state, id),
    redeliver: redeliveries.redeliver,
    startReplay: replays.start,
    readReplay: replays.read,
    stopReplay: replays.stop,
    sendTest: testSends.send,
    cancel: new Cancellations({ log, delivery }).cancel,
    erase: new Erasures({ store: storage.store, log, delivery, jobFilters }).erase,
    rerender: new Rerenders({ log, delivery }).rerender,
    notices,
    simulations,
    backfills,
    status: () => engineStatus({ state, intake }),
    stop: async (graceMs) => {
      state.isStopping = true;
      await Promise.all([upkeep.stop(), intake.stop()]);
      await delivery.stop(graceMs);
    },
  };
}

/** The way of an event: what intake records as leased, delivery sends at once. */
function openFlow(given: {
  readonly state: DeliveryState;
  readonly knowledge: Knowledge;
  readonly chance: Chance;
  readonly locate: ((event: Event) => Event) | null;
  readonly sender: Sender;
}): { readonly delivery: Delivery; readonly intake: Intake } {
  const { state, knowledge, chance, locate, sender } = given;
  const leaseTokenOf = leaseTokens(chance);
  const delivery = new Delivery({ state, sender, leaseTokenOf });
  const intake = new Intake({
    state,
    knowledge,
    locate,
    leaseTokenOf,
    arrivals: delivery.arrivals,
    whenLeased: delivery.takeFresh,
    whenSpilled: (line) => delivery.wake(line),
  });
  return { delivery, intake };
}

/** What was saved has compiled before: if it no longer does, this program is not the one that saved it. */
function compileAtStart(catalog: Catalog, means: Means): CompiledCatalog {
  const compilation = compileCatalog(catalog, means);
  if (compilation.kind === "compiled") return compilation.compiled;
  const problems = compilation.problems.map((problem) => `${problem.path.join(".")}: ${problem.message}`);
  throw new Error(`catalog revision ${catalog.revision} cannot be put in force:\n${problems.join("\n")}`);
}

/** A lease token for each commit and each claim, different from those of every other process and start. */
function leaseTokens(chance: Chance): () => string {
  const owner = [...chance.bytes(8)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  let last = 0;
  return () => {
    last += 1;
    return `${owner}-${last}`;
  };
}
