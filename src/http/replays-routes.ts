import type { ReplayWire } from "#src/contract/replays-contract.ts";
import { routes } from "#src/contract/routes.ts";
import { timeText } from "#src/contract/wire-time.ts";
import type { ReplayJob } from "#src/engine/engine.ts";
import type { HttpDependencies } from "./http-dependencies.ts";
import { openOncePerKey } from "./idempotency.ts";
import { postbackFilterReader } from "./postback-filter-reading.ts";
import { refuse } from "./refusal.ts";
import type { Answered, ServeRoute } from "./serve-route.ts";

export const serveReplays = (serve: ServeRoute, { engine, clock, storage }: HttpDependencies): void => {
  const readFilter = postbackFilterReader(storage.log);
  const startOnce = openOncePerKey<ReplayWire>(clock);
  serve(routes.startReplay, (asked) =>
    startOnce(asked, async () => {
      const { body } = asked;
      const job = await engine.startReplay({
        filter: await readFilter(body.filter),
        render: body.render,
        ratePerSecond: body.rate_per_second,
        dryRun: body.dry_run,
      });
      return { kind: "ok", answer: replayAnswer(job) };
    }),
  );
  serve(routes.readReplay, async ({ params }) => found(params.id, await engine.readReplay(params.id)));
  serve(routes.stopReplay, async ({ params }) => found(params.id, await engine.stopReplay(params.id)));
};

const found = (id: string, job: ReplayJob | null): Answered<ReplayWire> =>
  job === null ? refuse("replay.not_found", `there is no replay ${id}`) : { kind: "ok", answer: replayAnswer(job) };

const replayAnswer = ({ createdAt, updatedAt, ...job }: ReplayJob): ReplayWire => ({
  ...job,
  created_at: timeText(createdAt),
  updated_at: timeText(updatedAt),
});
