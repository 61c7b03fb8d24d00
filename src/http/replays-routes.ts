import type { ReplayWire } from "#src/contract/replays-contract.ts";
import { routes } from "#src/contract/routes.ts";
import { timeText } from "#src/contract/wire-time.ts";
import type { ReplayJob } from "#src/engine/engine.ts";
import { ownerOfApp, shownFilter, tellAct } from "./acts.ts";
import type { HttpDependencies } from "./http-dependencies.ts";
import { openOncePerKey } from "./idempotency.ts";
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
      const job = await engine.startReplay({
        accountId: scope.accountId,
        filter: await readFilter(body.filter, scope.acts),
        render: body.render,
        ratePerSecond: body.rate_per_second,
        dryRun: body.dry_run,
      });
      if (!body.dry_run) {
        const { filter, dry_run: _dryRun, ...rest } = body;
        const account = ownerOfApp(engine.catalog.current().catalog, filter.app_id);
        const after = { ...rest, filter: shownFilter(filter, hashes), matching: job.matching };
        const act = { kind: "replay", subject: job.id, verb: "started", account, app: filter.app_id, after } as const;
        await tellAct(dependencies, asked.caller, act);
      }
      return { kind: "ok", answer: replayAnswer(job) };
    }),
  );
  serve(routes.readReplay, async ({ params, scope }) => found(params.id, await engine.readReplay(params.id), scope));
  serve(routes.stopReplay, async ({ params, caller, scope }) => {
    const job = await engine.readReplay(params.id);
    const stopped = isOf(scope, job) ? await engine.stopReplay(params.id) : null;
    const act = { kind: "replay", subject: params.id, verb: "stopped", account: stopped?.accountId } as const;
    if (stopped !== null) await tellAct(dependencies, caller, act);
    return found(params.id, stopped, scope);
  });
};

const isOf = ({ isOperator, accountId }: Scope, job: ReplayJob | null): boolean =>
  job !== null && (isOperator || job.accountId === accountId);

const found = (id: string, job: ReplayJob | null, scope: Scope): Answered<ReplayWire> =>
  job === null || !isOf(scope, job)
    ? refuse("replay.not_found", `there is no replay ${id}`)
    : { kind: "ok", answer: replayAnswer(job) };

const replayAnswer = ({ createdAt, updatedAt, accountId: _accountId, ...job }: ReplayJob): ReplayWire => ({
  ...job,
  created_at: timeText(createdAt),
  updated_at: timeText(updatedAt),
});
