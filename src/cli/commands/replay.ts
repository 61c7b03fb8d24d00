import { callRoute } from "#src/cli/call-route.ts";
import type { CommandCall, RunCommand } from "#src/cli/command.ts";
import { countText } from "#src/cli/count-text.ts";
import type { Exit } from "#src/cli/exit-codes.ts";
import { member, postbackFilterOf } from "#src/cli/postback-filter-options.ts";
import { openProgressBar } from "#src/cli/progress-bar.ts";
import { connectToServer, type ServerConnection } from "#src/cli/server-connection.ts";
import { confirm } from "#src/cli/standard-input.ts";
import { tellProblem } from "#src/cli/tell-problem.ts";
import { unknownName } from "#src/cli/unknown-name.ts";
import { waitFor } from "#src/cli/waiting.ts";
import { type ReplayWire, replayRoutes } from "#src/contract/replays-contract.ts";

const lookEveryMs = 300;

export const runReplay: RunCommand = async (call) => {
  const { given, terminal } = call;
  const connection = connectToServer(call);
  try {
    const estimate = await startReplay(call, connection, true);
    if (estimate.kind === "refused") return tellProblem(terminal, estimate.problem);
    const { matching } = estimate.answer;
    const unknown = matching === 0 ? await unknownName(given, connection) : null;
    if (unknown !== null) {
      terminal.tell(`carom replay: ${unknown}`);
      return "failed";
    }
    if (given.flag("dry-run") || matching === 0) {
      terminal.print(given.flag("json") ? JSON.stringify(estimate.answer) : countSentence(matching));
      return "ok";
    }
    if (
      !given.flag("yes") &&
      !(await confirm(terminal, `${countSentence(matching)} Send them again?`, call.interrupted))
    ) {
      terminal.tell("Nothing was done. --yes sends them without asking.");
      return terminal.stdin.isTTY === true ? "ok" : "usage";
    }
    const started = await startReplay(call, connection, false);
    if (started.kind === "refused") return tellProblem(terminal, started.problem);
    return await watchReplay(call, connection, started.answer);
  } finally {
    connection.close();
  }
};

const startReplay = ({ given }: CommandCall, connection: ServerConnection, dryRun: boolean) =>
  callRoute(connection, replayRoutes.startReplay, {
    body: {
      filter: {
        state: "dead",
        ...postbackFilterOf(given),
        ...member("dead_reason", given.text("reason")),
      },
      ...member("render", given.text("render")),
      ...(given.number("rate") === null ? {} : { rate_per_second: given.number("rate") }),
      dry_run: dryRun,
    },
  });

const watchReplay = async (call: CommandCall, connection: ServerConnection, started: ReplayWire): Promise<Exit> => {
  const { given, terminal, clock, interrupted } = call;
  const bar = openProgressBar(terminal, clock, "postbacks");
  let job = started;
  while (job.status === "running") {
    bar.show(job.replayed, job.matching === 0 ? null : (job.replayed + job.skipped) / job.matching);
    await waitFor(clock, lookEveryMs, interrupted);
    if (interrupted.aborted) {
      bar.clear();
      terminal.tell(`The replay goes on in the server, as job ${job.id}.`);
      return "interrupted";
    }
    const answer = await callRoute(connection, replayRoutes.readReplay, { params: { id: job.id } });
    if (answer.kind === "refused") return tellProblem(terminal, answer.problem);
    job = answer.answer;
  }
  bar.clear();
  const skipped =
    job.skipped === 0
      ? ""
      : `; ${job.skipped} ${job.skipped === 1 ? "was" : "were"} no longer dead, or not sent by today's catalog`;
  terminal.print(
    given.flag("json")
      ? JSON.stringify(job)
      : `${countText(job.replayed, "postback")} put back (${job.status})${skipped}.`,
  );
  return job.status === "done" ? "ok" : "failed";
};

const countSentence = (matching: number): string =>
  matching === 1 ? "1 dead postback matches." : `${matching.toLocaleString("en")} dead postbacks match.`;
