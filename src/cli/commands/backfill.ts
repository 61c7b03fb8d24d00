import { callRoute } from "#src/cli/call-route.ts";
import type { CommandCall, RunCommand } from "#src/cli/command.ts";
import { countText } from "#src/cli/count-text.ts";
import type { Exit } from "#src/cli/exit-codes.ts";
import { member, postbackFilterOf } from "#src/cli/postback-filter-options.ts";
import { openProgressBar } from "#src/cli/progress-bar.ts";
import { connectToServer, type ServerConnection } from "#src/cli/server-connection.ts";
import { confirm } from "#src/cli/standard-input.ts";
import { stopOnServer } from "#src/cli/stop-on-server.ts";
import { tellProblem } from "#src/cli/tell-problem.ts";
import { unknownName } from "#src/cli/unknown-name.ts";
import { waitFor } from "#src/cli/waiting.ts";
import { type BackfillWire, backfillRoutes } from "#src/contract/backfills-contract.ts";

const lookEveryMs = 300;

export const runBackfill: RunCommand = async (call) => {
  const { given, terminal } = call;
  const filter = { ...postbackFilterOf(given), ...member("reason", given.text("reason")) };
  if (Object.keys(filter).length === 0) {
    terminal.tell("carom backfill: say which: --app, --partner, --event, --reason, --from or --to");
    return "usage";
  }
  const connection = connectToServer(call);
  try {
    const counted = await runJob(call, connection, { filter, dryRun: true });
    if (counted.kind === "ended") return counted.exit;
    const { job } = counted;
    const unknown = job.postbacks === 0 ? await unknownName(given, connection) : null;
    if (unknown !== null) {
      terminal.tell(`carom backfill: ${unknown}`);
      return "failed";
    }
    if (job.status !== "done" || given.flag("dry-run") || job.postbacks === 0) {
      for (const line of given.flag("json") ? [JSON.stringify(job)] : jobLines(job)) terminal.print(line);
      return job.status === "done" ? "ok" : "failed";
    }
    if (!given.flag("yes")) {
      for (const line of jobLines(job)) terminal.tell(line);
      if (!(await confirm(terminal, "Send them?", call.interrupted))) {
        terminal.tell("Nothing was done. --yes sends them without asking.");
        return terminal.stdin.isTTY === true ? "ok" : "usage";
      }
    }
    const made = await runJob(call, connection, { filter, dryRun: false });
    if (made.kind === "ended") return made.exit;
    for (const line of given.flag("json") ? [JSON.stringify(made.job)] : jobLines(made.job)) terminal.print(line);
    return made.job.status === "done" ? "ok" : "failed";
  } finally {
    connection.close();
  }
};

type JobEnd = { readonly kind: "job"; readonly job: BackfillWire } | { readonly kind: "ended"; readonly exit: Exit };

const runJob = async (
  call: CommandCall,
  connection: ServerConnection,
  asked: { readonly filter: Readonly<Record<string, string>>; readonly dryRun: boolean },
): Promise<JobEnd> => {
  const { given, terminal, clock, interrupted } = call;
  const rate = given.number("rate");
  const started = await callRoute(connection, backfillRoutes.startBackfill, {
    body: { filter: asked.filter, ...(rate === null ? {} : { rate_per_second: rate }), dry_run: asked.dryRun },
  });
  if (started.kind === "refused") return { kind: "ended", exit: tellProblem(terminal, started.problem) };
  let job = started.answer;
  const bar = openProgressBar(terminal, clock, "events");
  try {
    while (job.status === "running") {
      bar.show(job.looked, job.looked === 0 ? null : job.looked / (job.looked + job.left));
      await waitFor(clock, lookEveryMs, interrupted);
      if (interrupted.aborted) return await leave(call, job);
      const answer = await callRoute(connection, backfillRoutes.readBackfill, { params: { id: job.id } });
      if (answer.kind === "refused") return { kind: "ended", exit: tellProblem(terminal, answer.problem) };
      job = answer.answer;
    }
    return { kind: "job", job };
  } catch (error) {
    if (interrupted.aborted) return await leave(call, job);
    throw error;
  } finally {
    bar.clear();
  }
};

/** A count that nobody reads is stopped; what sends goes on, as a replay does. */
const leave = async (call: CommandCall, { id, dry_run: dryRun }: BackfillWire): Promise<JobEnd> => {
  if (dryRun) await stopOnServer(call, backfillRoutes.stopBackfill, id);
  call.terminal.tell(
    dryRun ? "Stopped while counting; nothing was sent." : `The backfill goes on in the server, as job ${id}.`,
  );
  return { kind: "ended", exit: "interrupted" };
};

const jobLines = (job: BackfillWire): readonly string[] => {
  const { dry_run: dryRun, already_served: served, status } = job;
  const end = status === "done" ? "" : ` (${status})`;
  const verb = dryRun ? "would be made" : job.postbacks === 1 ? "was made" : "were made";
  return [
    `${countText(job.postbacks, "postback")} ${verb}${end}, of ${countText(job.looked, "event")} looked at.`,
    ...Object.entries(job.by_target)
      .sort(([, one], [, other]) => other - one)
      .map(([target, count]) => `  ${count.toLocaleString("en")}  ${target}`),
    ...(served === 0 ? [] : [`${countText(served, "postback")} left out: the partner has had one for that event.`]),
  ];
};
