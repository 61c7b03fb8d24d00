import type { BackfillWire } from "#src/contract/backfills-contract.ts";
import { routes } from "#src/contract/routes.ts";
import { timeText } from "#src/contract/wire-time.ts";
import { appId, partnerId } from "#src/core/ids.ts";
import type { Engine } from "#src/engine/engine.ts";
import { actsOf, placeOfFilter, shownFilter } from "./acts.ts";
import type { HttpDependencies } from "./http-dependencies.ts";
import { openOncePerKey } from "./idempotency.ts";
import { isOwnJob } from "./own-jobs.ts";
import { refuse } from "./refusal.ts";
import { refuseActing, type Scope } from "./scope.ts";
import type { Answered, RouteInput, ServeRoute } from "./serve-route.ts";

type StartRequest = Parameters<Engine["backfills"]["start"]>[0];
type BackfillJob = Awaited<ReturnType<Engine["backfills"]["start"]>>;

export const serveBackfills = (serve: ServeRoute, dependencies: HttpDependencies): void => {
  const { engine, clock, hashes } = dependencies;
  const startOnce = openOncePerKey<BackfillWire>(clock);
  serve(routes.startBackfill, (asked) =>
    startOnce(asked, async () => {
      const { accountId, acts } = asked.scope;
      const refusal = refuseActing(asked.scope);
      if (refusal !== null) return refusal;
      const { rate_per_second: ratePerSecond, dry_run: dryRun } = asked.body;
      const filter = { ...filterOf(asked.body.filter), ...acts.filter };
      const place = placeOfFilter(engine.catalog.current().catalog, asked.body.filter.app_id, asked.scope);
      const after = { filter: shownFilter(asked.body.filter, hashes), rate_per_second: ratePerSecond };
      const job = await engine.backfills.start({ accountId, filter, ratePerSecond, dryRun }, ({ id }) => {
        const act = { kind: "backfill", subject: id, verb: "started", ...place, after } as const;
        return actsOf(clock, asked.caller, act);
      });
      return { kind: "ok", answer: backfillAnswer(job) };
    }),
  );
  serve(routes.readBackfill, async ({ params, scope }) =>
    found(params.id, await engine.backfills.read(params.id), scope),
  );
  serve(routes.stopBackfill, async ({ params, caller, scope }) => {
    const job = await engine.backfills.read(params.id);
    if (!isOwnJob(scope, job)) return found(params.id, null, scope);
    const act = { kind: "backfill", subject: params.id, verb: "stopped", account: job.accountId } as const;
    return found(params.id, await engine.backfills.stop(params.id, actsOf(clock, caller, act)), scope);
  });
};

const filterOf = (wire: RouteInput<typeof routes.startBackfill>["body"]["filter"]): StartRequest["filter"] => ({
  ...(wire.app_id === undefined ? {} : { appId: appId(wire.app_id) }),
  ...(wire.partner_id === undefined ? {} : { partnerId: partnerId(wire.partner_id) }),
  ...(wire.event_type === undefined ? {} : { type: wire.event_type }),
  ...(wire.event_name === undefined ? {} : { name: wire.event_name }),
  ...(wire.reason === undefined ? {} : { reason: wire.reason }),
  ...(wire.from === undefined ? {} : { from: wire.from }),
  ...(wire.to === undefined ? {} : { to: wire.to }),
});

const found = (id: string, job: BackfillJob | null, scope: Scope): Answered<BackfillWire> =>
  !isOwnJob(scope, job)
    ? refuse("backfill.not_found", `there is no backfill ${id}`)
    : { kind: "ok", answer: backfillAnswer(job) };

const backfillAnswer = (job: BackfillJob): BackfillWire => ({
  id: job.id,
  status: job.status,
  dry_run: job.dryRun,
  looked: job.looked,
  left: job.left,
  postbacks: job.postbacks,
  already_served: job.alreadyServed,
  by_target: job.byTarget,
  created_at: timeText(job.createdAt),
  updated_at: timeText(job.updatedAt),
});
