import type { ReplayWire } from "#src/contract/replays-contract.ts";
import { routes } from "#src/contract/routes.ts";
import { timeText } from "#src/contract/wire-time.ts";
import type { ReplayJob } from "#src/engine/engine.ts";
import type { HttpDependencies } from "./http-dependencies.ts";
import { openOncePerKey } from "./idempotency.ts";
import { postbackFilterReader } from "./postback-filter-reading.ts";
import { refuse } from "./refusal.ts";
import { refuseActing, type Scope } from "./scope.ts";
import type { Answered, ServeRoute } from "./serve-route.ts";

export const serveReplays = (serve: ServeRoute, { engine, clock, storage }: HttpDependencies): void => {
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
      return { kind: "ok", answer: replayAnswer(job) };
    }),
  );
  serve(routes.readReplay, async ({ params, scope }) => found(params.id, await engine.readReplay(params.id), scope));
  serve(routes.stopReplay, async ({ params, scope }) => {
    const job = await engine.readReplay(params.id);
    return found(params.id, isOf(scope, job) ? await engine.stopReplay(params.id) : null, scope);
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
