import { callRoute } from "#src/cli/call-route.ts";
import { checkDraft } from "#src/cli/check-draft.ts";
import type { CommandCall, RunCommand } from "#src/cli/command.ts";
import type { Exit } from "#src/cli/exit-codes.ts";
import { member } from "#src/cli/postback-filter-options.ts";
import { openProgressBar } from "#src/cli/progress-bar.ts";
import { connectToServer, type ServerConnection } from "#src/cli/server-connection.ts";
import { simulationLines } from "#src/cli/simulation-lines.ts";
import { stopOnServer } from "#src/cli/stop-on-server.ts";
import { tellProblem } from "#src/cli/tell-problem.ts";
import { waitFor } from "#src/cli/waiting.ts";
import { type SimulationWire, simulationRoutes } from "#src/contract/simulations-contract.ts";

const lookEveryMs = 300;
const examplesDefault = 3;

export const runSimulate: RunCommand = async (call) => {
  const { given, terminal } = call;
  const connection = connectToServer(call);
  try {
    const draft = await checkDraft(call, connection);
    if (draft.kind === "ended") return draft.exit;
    const filter = {
      ...member("app_id", given.text("app")),
      ...member("event_name", given.text("event")),
      ...member("from", given.text("from")),
      ...member("to", given.text("to")),
    };
    const started = await callRoute(connection, simulationRoutes.startSimulation, {
      body: `{"catalog":${draft.document},"prune":${given.flag("prune")},"filter":${JSON.stringify(filter)}}`,
    });
    if (started.kind === "refused") return tellProblem(terminal, started.problem);
    const end = await watchSimulation(call, connection, started.answer);
    if (end.kind === "ended") return end.exit;
    const { simulation } = end;
    if (given.flag("json")) terminal.print(JSON.stringify(simulation));
    else {
      const examplesMax = given.number("examples") ?? examplesDefault;
      for (const line of simulationLines(simulation, { terminal, examplesMax })) terminal.print(line);
    }
    if (simulation.failure !== null) terminal.tell(`${terminal.paint("bad", "error")}  ${simulation.failure}`);
    return simulation.status === "done" ? "ok" : "failed";
  } finally {
    connection.close();
  }
};

type WatchEnd =
  | { readonly kind: "simulation"; readonly simulation: SimulationWire }
  | { readonly kind: "ended"; readonly exit: Exit };

const watchSimulation = async (
  call: CommandCall,
  connection: ServerConnection,
  started: SimulationWire,
): Promise<WatchEnd> => {
  const { terminal, clock, interrupted } = call;
  const bar = openProgressBar(terminal, clock, "events");
  let simulation = started;
  try {
    while (simulation.status === "running") {
      const { looked, left } = simulation;
      bar.show(looked, looked === 0 ? null : looked / (looked + left));
      await waitFor(clock, lookEveryMs, interrupted);
      if (interrupted.aborted) return await stop(call, simulation.id);
      const answer = await callRoute(connection, simulationRoutes.readSimulation, { params: { id: simulation.id } });
      if (answer.kind === "refused") return { kind: "ended", exit: tellProblem(terminal, answer.problem) };
      simulation = answer.answer;
    }
    return { kind: "simulation", simulation };
  } catch (error) {
    if (interrupted.aborted) return await stop(call, simulation.id);
    throw error;
  } finally {
    bar.clear();
  }
};

const stop = async (call: CommandCall, id: string): Promise<WatchEnd> => {
  const isStopped = await stopOnServer(call, simulationRoutes.stopSimulation, id);
  call.terminal.tell(
    isStopped ? "The simulation was stopped." : `The server did not answer: simulation ${id} may still run there.`,
  );
  return { kind: "ended", exit: "interrupted" };
};
