import { callRoute } from "#src/cli/call-route.ts";
import type { CommandCall, RunCommand } from "#src/cli/command.ts";
import type { Exit } from "#src/cli/exit-codes.ts";
import { pauseText } from "#src/cli/pause-text.ts";
import { connectToServer } from "#src/cli/server-connection.ts";
import { tellProblem } from "#src/cli/tell-problem.ts";
import { type PauseWire, pauseRoutes } from "#src/contract/pauses-contract.ts";

export const runPause: RunCommand = (call) => changePause(call, "pause");
export const runResume: RunCommand = (call) => changePause(call, "resume");

const levels = {
  everything: { pause: pauseRoutes.pauseEverything, resume: pauseRoutes.resumeEverything },
  app: { pause: pauseRoutes.pauseApp, resume: pauseRoutes.resumeApp },
  partner: { pause: pauseRoutes.pausePartner, resume: pauseRoutes.resumePartner },
  receiver: { pause: pauseRoutes.pauseReceiver, resume: pauseRoutes.resumeReceiver },
} as const;

const isLevel = (text: string): text is keyof typeof levels => Object.hasOwn(levels, text);

const changePause = async (call: CommandCall, action: "pause" | "resume"): Promise<Exit> => {
  const { given, terminal } = call;
  const level = given.positional(0);
  const id = given.positional(1);
  if (level === null && action === "pause") return await listPauses(call);
  if (level === null || !isLevel(level)) {
    terminal.tell(`carom ${action}: "${level ?? ""}" is not everything, app, partner or receiver`);
    return "usage";
  }
  if (level !== "everything" && id === null) {
    terminal.tell(`carom ${action}: which ${level}? Its <id> is missing`);
    return "usage";
  }
  if (level === "everything" && id !== null) {
    terminal.tell(`carom ${action}: everything takes no id; for one partner write \`carom ${action} partner ${id}\``);
    return "usage";
  }
  const rate = action === "resume" ? given.number("rate") : null;
  const connection = connectToServer(call);
  try {
    const answer = await callRoute(connection, levels[level][action], {
      ...(id === null ? {} : { params: { id } }),
      ...(rate === null ? {} : { body: { rate_per_second: rate } }),
    });
    if (answer.kind === "refused") return tellProblem(terminal, answer.problem);
    if (given.flag("json")) terminal.print(JSON.stringify(answer.answer.data));
    else for (const line of pauseLines(answer.answer.data)) terminal.print(line);
    return "ok";
  } finally {
    connection.close();
  }
};

const listPauses = async (call: CommandCall): Promise<Exit> => {
  const { given, terminal } = call;
  const connection = connectToServer(call);
  try {
    const answer = await callRoute(connection, pauseRoutes.listPauses);
    if (answer.kind === "refused") return tellProblem(terminal, answer.problem);
    if (given.flag("json")) terminal.print(JSON.stringify(answer.answer.data));
    else for (const line of pauseLines(answer.answer.data)) terminal.print(line);
    return "ok";
  } finally {
    connection.close();
  }
};

const pauseLines = (pauses: readonly PauseWire[]): readonly string[] =>
  pauses.length === 0 ? ["Nothing is paused."] : pauses.map((pause) => `paused  ${pauseText(pause)}`);
