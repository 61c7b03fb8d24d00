import { mainAccountId } from "#src/core/catalog/main-account.ts";
import { compileCatalog } from "#src/core/compile/compile-catalog.ts";
import type { Means } from "#src/core/compile/means.ts";
import type { Event } from "#src/core/events/event.ts";
import type { AccountId } from "#src/core/ids.ts";
import { isErased } from "#src/core/personal-data/erasure.ts";
import { uuidV7 } from "#src/core/uuid-v7.ts";
import type { DeliveryState } from "#src/engine/deliver/delivery-state.ts";
import type { Chance } from "#src/ports/chance.ts";
import type { DeliveryLog, EventFilter, Scanned } from "#src/ports/delivery-log.ts";
import { compareVerdicts, type TargetChange } from "./compare-verdicts.ts";
import { SimulatedSide } from "./simulated-side.ts";
import type {
  EngineSimulations,
  Simulation,
  SimulationBounds,
  SimulationRequest,
  SimulationStart,
} from "./simulation.ts";
import { SimulationFindings } from "./simulation-findings.ts";

/** Each holds a compiled draft. One account does not keep all others waiting. */
const runningMax = 4;
const runningOfAccountMax = 2;
/** Ended ones stay readable until so many newer ones of their account have ended. */
const endedKeptMax = 20;
/** Events decided between two turns of the process: about two milliseconds, so that delivery does not notice. */
const slice = 100;
const slicePauseMs = 0;
const failurePauseMs = 1_000;
const idleMs = 60_000;
/** In a row, before it is given up. */
const failuresMax = 5;

/**
 * Runs drafts over stored events. An event is decided as it is stored, with the enrichment it has, by
 * the catalog in force at the start and by the draft; what one store call reads is decided while the next is
 * under way. Simulations live in memory: a restart forgets them, and nothing is lost with them.
 *
 *   running → done | stopped (by request) | failed (the store did not answer)
 */
export class Simulations implements EngineSimulations {
  readonly #log: DeliveryLog;
  readonly #means: Means;
  readonly #chance: Chance;
  readonly #state: DeliveryState;
  readonly #runs = new Map<string, Run>();
  /** Named by whoever starts the loop, so that a new one need not wait for its tick. */
  whenStarted = (): void => {};

  constructor(given: {
    readonly log: DeliveryLog;
    readonly means: Means;
    readonly chance: Chance;
    readonly state: DeliveryState;
  }) {
    this.#log = given.log;
    this.#means = given.means;
    this.#chance = given.chance;
    this.#state = given.state;
  }

  readonly start = ({ accountId = mainAccountId, draft, filter, bounds }: SimulationRequest): SimulationStart => {
    const running = this.#running();
    const own = running.filter((run) => run.accountId === accountId);
    if (running.length >= runningMax || own.length >= runningOfAccountMax) return { kind: "busy" };
    const { compiled, clock } = this.#state;
    const compilation = compileCatalog({ ...draft, revision: compiled.revision }, this.#means);
    if (compilation.kind === "refused") return compilation;
    const now = clock.now();
    const run: Run = {
      id: uuidV7(now, this.#chance.bytes(10)),
      accountId,
      // What arrives while it runs is left out, so that it ends.
      filter: { ...filter, to: filter.to ?? now + 1 },
      bounds: bounds ?? null,
      revision: compiled.revision,
      before: new SimulatedSide(compiled),
      after: new SimulatedSide(compilation.compiled),
      findings: new SimulationFindings(),
      startedAt: now,
      status: "running",
      endedAt: null,
      looked: 0,
      events: 0,
      erased: 0,
      left: 0,
      cursor: null,
      next: null,
      failures: 0,
      failure: null,
    };
    this.#runs.set(run.id, run);
    this.whenStarted();
    return { kind: "started", simulation: simulationOf(run) };
  };

  readonly read = (id: string): Simulation | null => {
    const run = this.#runs.get(id);
    return run === undefined ? null : simulationOf(run);
  };

  readonly list = (): readonly Simulation[] => [...this.#runs.values()].map(simulationOf).toReversed();

  readonly stop = (id: string): Simulation | null => {
    const run = this.#runs.get(id);
    if (run?.status === "running") this.#end(run, "stopped");
    return this.read(id);
  };

  /** A slice of each that runs. Answers the milliseconds until the next. */
  async tick(): Promise<number> {
    let delayMs = slicePauseMs;
    for (const run of this.#running()) {
      const page = await this.#nextPage(run);
      if (page === null) delayMs = failurePauseMs;
      if (page === null || run.status !== "running") continue;
      run.looked += page.looked;
      run.left = page.left;
      run.cursor = page.nextCursor;
      if (page.nextCursor !== null) run.next = this.#scan(run);
      for (const { event } of page.items) lookAt(run, event);
      if (page.nextCursor === null) this.#end(run, "done");
    }
    return this.#running().length > 0 ? delayMs : idleMs;
  }

  #running(): Run[] {
    return [...this.#runs.values()].filter(({ status }) => status === "running");
  }

  #scan(run: Run): Promise<Scanned> {
    const page = this.#log.scanEvents(run.filter, { limit: slice, cursor: run.cursor });
    // Awaited by the next tick: until then its failure must not count as one that nobody caught.
    page.catch(() => {});
    return page;
  }

  /** Null where the store did not answer: asked again by the next tick, and given up after some. */
  async #nextPage(run: Run): Promise<Scanned | null> {
    const asked = run.next ?? this.#scan(run);
    run.next = null;
    try {
      const page = await asked;
      run.failures = 0;
      return page;
    } catch (error) {
      run.failures += 1;
      this.#state.observer.faulted?.("simulation", error);
      if (run.failures >= failuresMax && run.status === "running") {
        run.failure = "the store does not answer; see the server's log";
        this.#end(run, "failed");
      }
      return null;
    }
  }

  #end(run: Run, status: "done" | "stopped" | "failed"): void {
    run.status = status;
    run.endedAt = this.#state.clock.now();
    run.before = null;
    run.after = null;
    const ended = [...this.#runs.values()].filter(
      (other) => other.status !== "running" && other.accountId === run.accountId,
    );
    for (const old of ended.slice(0, Math.max(0, ended.length - endedKeptMax))) this.#runs.delete(old.id);
  }
}

type Run = {
  readonly id: string;
  readonly accountId: AccountId;
  readonly filter: EventFilter;
  /** Null: all that it finds may be told. */
  readonly bounds: SimulationBounds | null;
  readonly revision: number;
  /** Let go when it has ended: two compiled catalogs are large. */
  before: SimulatedSide | null;
  after: SimulatedSide | null;
  readonly findings: SimulationFindings;
  readonly startedAt: number;
  status: Simulation["status"];
  endedAt: number | null;
  looked: number;
  events: number;
  erased: number;
  left: number;
  cursor: string | null;
  /** Asked for already. */
  next: Promise<Scanned> | null;
  failures: number;
  failure: string | null;
};

function lookAt(run: Run, event: Event): void {
  const { before, after, findings, bounds } = run;
  if (isErased(event)) {
    if (bounds?.onlySent === true) return;
    run.events += 1;
    run.erased += 1;
    return;
  }
  const changes = compareVerdicts(before?.decide(event) ?? null, after?.decide(event) ?? null);
  const told = changes.filter((change) => bounds === null || isWithin(bounds, event, change));
  for (const change of told) findings.add(event, change);
  if (told.length > 0 || bounds?.onlySent !== true) run.events += 1;
}

const isWithin = (
  { holdsTarget, onlySent }: SimulationBounds,
  { appId }: Event,
  { kind, targetKey }: TargetChange,
): boolean => holdsTarget(appId, targetKey) && (!onlySent || kind !== "not_sent");

/**
 * How far it is. How many events there are of others is not told: what is left is then reckoned from one's own, as
 * far as the share of those that were found goes.
 */
const progressOf = ({ bounds, status, looked, left, events }: Run): Pick<Simulation, "looked" | "left"> => {
  if (bounds === null) return { looked, left };
  if (left === 0 && status !== "running") return { looked: events, left };
  return { looked: events, left: Math.max(1, looked === 0 ? 0 : Math.round((events * left) / looked)) };
};

const simulationOf = (run: Run): Simulation => ({
  id: run.id,
  accountId: run.accountId,
  status: run.status,
  revision: run.revision,
  startedAt: run.startedAt,
  endedAt: run.endedAt,
  ...progressOf(run),
  events: run.events,
  erased: run.erased,
  ...run.findings.read(),
  failure: run.failure,
});
