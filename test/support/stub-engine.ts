import assert from "node:assert/strict";
import { nodeHashes } from "#src/adapters/system/node-hashes.ts";
import { partChanges } from "#src/contract/catalog-parts.ts";
import type { Catalog } from "#src/core/catalog/catalog.ts";
import { mainAccountId } from "#src/core/catalog/main-account.ts";
import { compileCatalog } from "#src/core/compile/compile-catalog.ts";
import type { CompiledCatalog } from "#src/core/compile/compiled-catalog.ts";
import { nothingShown } from "#src/core/decide/verdict.ts";
import type { Event } from "#src/core/events/event.ts";
import { type EventId, postbackId } from "#src/core/ids.ts";
import type { OpenNotice } from "#src/core/notices/notice.ts";
import type { Engine, EngineStatus, ReplayJob } from "#src/engine/engine.ts";
import type { Pause } from "#src/ports/catalog-store.ts";
import { aCatalog } from "./a-catalog.ts";

export type StubEngine = Omit<Engine, "erase"> & {
  erase: Engine["erase"];
  readonly appended: Event[];
  /** What the next `append` rejects with. */
  failWith: unknown;
  refusing: EngineStatus["refusing"];
  openNotices: readonly OpenNotice[];
  /** What was asked of it, besides events, in order. */
  readonly asked: unknown[];
};

/**
 * An engine for tests of `http/` alone: takes every event, knows duplicates by the client's id,
 * decides by the catalog and keeps nothing, and remembers what it was asked.
 */
export const stubEngine = (start: Catalog = aCatalog()): StubEngine => {
  const ids = new Map<string, EventId>();
  const pauses: Pause[] = [];
  const jobs = new Map<string, ReplayJob>();
  let compiled = compiledOf(start);
  const engine: StubEngine = {
    appended: [],
    failWith: null,
    openNotices: [],
    refusing: null,
    asked: [],
    located: (event) => event,
    journal: {
      append: async (events) => {
        if (engine.failWith !== null) throw engine.failWith;
        return events.map((event) => {
          const key = `${event.appId} ${event.clientEventId}`;
          const first = event.clientEventId === null ? undefined : ids.get(key);
          if (first !== undefined) return { kind: "duplicate", id: first };
          ids.set(key, event.id);
          engine.appended.push(event);
          return {
            kind: "accepted",
            id: event.id,
            decisions: compiled.apps.get(event.appId)?.decide(event, nothingShown).decisions ?? [],
          };
        });
      },
    },
    catalog: {
      current: () => compiled,
      revisionOf: () => compiled.revision,
      edit: async ({ edit, dryRun, by }) => {
        const edited = edit(compiled);
        if (edited.kind === "no") return edited;
        const compilation = compileCatalog(edited.catalog, { hashes: nodeHashes });
        if (compilation.kind === "refused") return { ...compilation, catalog: edited.catalog };
        const parts = partChanges(compiled.catalog, edited.catalog);
        const change = { kind: "changed", parts, cancels: [], warnings: [], catalog: edited.catalog } as const;
        if (dryRun) return { ...change, revision: null };
        compiled = compiledOf({ ...edited.catalog, revision: compiled.revision + 1 });
        return { ...change, revision: { revision: compiled.revision, savedAt: 0, savedBy: by, account: null } };
      },
      change: async (change) => {
        engine.asked.push(change);
        const { revision } = compiled;
        if (change.expected !== null && change.expected !== revision) return { kind: "lost_race", revision };
        const edit = () => ({ kind: "edited", catalog: change.catalog }) as const;
        return engine.catalog
          .edit<never>({ ...change, edit, account: null, cancelsWaiting: true })
          .then((changed) => (changed.kind === "no" ? changed.no : changed));
      },
    },
    explainNow: async (event) => compiled.apps.get(event.appId)?.explain(event, nothingShown) ?? null,
    explainThen: async () => null,
    pause: async (scope, by) => {
      pauses.push({ scope, since: 0, by });
    },
    resume: async (scope, ratePerSecond) => {
      engine.asked.push({ resume: scope, ratePerSecond });
      const at = pauses.findIndex((pause) => JSON.stringify(pause.scope) === JSON.stringify(scope));
      if (at !== -1) pauses.splice(at, 1);
    },
    pauses: () => [...pauses],
    heldBy: () => null,
    erase: async (request) => {
      engine.asked.push({ erase: request });
      const { identifiers } = request;
      return {
        kind: "erased",
        identifiers,
        events: 2,
        cancelled: 1,
        inFlight: 0,
        installs: 1,
        marks: 0,
        leftInLog: false,
        leftInFile: false,
      };
    },
    redeliver: async (id, render) => {
      engine.asked.push({ redeliver: id, render });
      if (id === "unknown") return { kind: "unknown" };
      if (id === "unmatched") return { kind: "no_match", reason: "mapping_off" };
      const request = { method: "GET", url: "https://partner.example/", headers: [], body: null } as const;
      return { kind: "made", id: postbackId(`${id}-${engine.asked.length}`), before: request, after: request };
    },
    startReplay: async (request) => {
      engine.asked.push({ replay: request });
      const status = request.dryRun ? "estimated" : "running";
      const job = {
        id: `job-${jobs.size + 1}`,
        status,
        matching: 3,
        accountId: mainAccountId,
        replayed: 0,
        skipped: 0,
        createdAt: 0,
        updatedAt: 0,
      } as const;
      jobs.set(job.id, job);
      return job;
    },
    readReplay: async (id) => jobs.get(id) ?? null,
    stopReplay: async (id) => {
      const job = jobs.get(id);
      return job === undefined ? null : { ...job, status: "stopped" };
    },
    cancel: async (request) => {
      engine.asked.push({ cancel: request });
      return 2;
    },
    sendTest: async () => ({ kind: "busy" }),
    rerender: async (request) => {
      engine.asked.push({ rerender: request });
      return { rerendered: 2, unchanged: 0, unmatched: 1, faulted: 0, inFlight: 0, examples: [] };
    },
    backfills: {
      start: async (request) => {
        engine.asked.push({ backfill: request });
        return assert.fail("the stub has no events to go over");
      },
      read: async () => null,
      stop: async () => null,
    },
    notices: {
      open: async () => engine.openNotices,
      test: async (target) => {
        engine.asked.push({ testNotice: target.id });
        return target.name === "deaf" ? { kind: "unheard", reason: "it answered 500" } : { kind: "told" };
      },
    },
    simulations: {
      start: (request) => {
        engine.asked.push({ simulation: request });
        return { kind: "busy" };
      },
      read: () => null,
      list: () => [],
      stop: () => null,
    },
    status: () => ({
      intakeQueue: 0,
      inHand: 0,
      inFlight: 0,
      refusing: engine.refusing,
      breakers: [],
      inFlightByReceiver: new Map(),
      attempts: { delivered: 0, retryable: 0, permanent: 0 },
    }),
    stop: async () => {},
  };
  return engine;
};

const compiledOf = (catalog: Catalog): CompiledCatalog => {
  const compilation = compileCatalog(catalog, { hashes: nodeHashes });
  assert.equal(compilation.kind, "compiled");
  return compilation.kind === "compiled" ? compilation.compiled : assert.fail();
};
