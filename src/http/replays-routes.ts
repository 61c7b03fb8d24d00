import type { ReplayWire } from "#src/contract/replays-contract.ts";
import { routes } from "#src/contract/routes.ts";
import { timeText } from "#src/contract/wire-time.ts";
import type { ReplayJob } from "#src/engine/engine.ts";
import { actsOf, placeOfFilter, shownFilter } from "./acts.ts";
import type { HttpDependencies } from "./http-dependencies.ts";
import { openOncePerKey } from "./idempotency.ts";
import { isOwnJob } from "./own-jobs.ts";
import { postbackFilterReader } from "./postback-filter-reading.ts";
import { refuse } from "./refusal.ts";
import { refuseActing, type Scope } from "./scope.ts";
import type { Answered, ServeRoute } from "./serve-route.ts";

export const serveReplays = (serve: ServeRoute, dependencies: HttpDependencies): void => {
  const { engine, clock, storage, hashes } = dependencies;
  const readFilter = postbackFilterReader(storage.log);
  const startOnce = openOncePerKey<ReplayWire>(clock);
  serve(routes.startReplay, (asked) =>
    startOnce(asked, async () => {
      const { body, scope } = asked;
      const refusal = refuseActing(scope);
      if (refusal !== null) return refusal;
      const { filter, dry_run: dryRun, ...rest } = body;
      const request = {
        accountId: scope.accountId,
        filter: await readFilter(filter, scope.acts),
        render: body.render,
        ratePerSecond: body.rate_per_second,
        dryRun,
      };
      const place = placeOfFilter(engine.catalog.current().catalog, filter.app_id, scope);
      const job = await engine.startReplay(request, ({ id, matching }) => {
        const after = { ...rest, filter: shownFilter(filter, hashes), matching };
        const act = { kind: "replay", subject: id, verb: "started", ...place, after } as const;
        return actsOf(clock, asked.caller, act);
      });
      return { kind: "ok", answer: replayAnswer(job) };
    }),
  );
  serve(routes.readReplay, async ({ params, scope }) => found(params.id, await engine.readReplay(params.id), scope));
  serve(routes.stopReplay, async ({ params, caller, scope }) => {
    const job = await engine.readReplay(params.id);
    if (!isOwnJob(scope, job)) return found(params.id, null, scope);
    const act = { kind: "replay", subject: params.id, verb: "stopped", account: job.accountId } as const;
    return found(params.id, await engine.stopReplay(params.id, actsOf(clock, caller, act)), scope);
  });
};

const found = (id: string, job: ReplayJob | null, scope: Scope): Answered<ReplayWire> =>
  !isOwnJob(scope, job)
    ? refuse("replay.not_found", `there is no replay ${id}`)
    : { kind: "ok", answer: replayAnswer(job) };

const replayAnswer = ({ createdAt, updatedAt, accountId: _accountId, ...job }: ReplayJob): ReplayWire => ({
  ...job,
  created_at: timeText(createdAt),
  updated_at: timeText(updatedAt),
});
