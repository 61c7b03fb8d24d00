import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { callRoute, type RouteAnswer } from "#src/cli/call-route.ts";
import type { CommandCall, RunCommand } from "#src/cli/command.ts";
import { explanationLines } from "#src/cli/explanation-lines.ts";
import { connectToServer, type ServerConnection } from "#src/cli/server-connection.ts";
import { readStream } from "#src/cli/standard-input.ts";
import { tellProblem } from "#src/cli/tell-problem.ts";
import { eventRoutes } from "#src/contract/events-contract.ts";
import type { ExplanationsWire } from "#src/contract/explanation-wire.ts";

const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/i;

export const runExplain: RunCommand = async (call) => {
  const { given, terminal } = call;
  const connection = connectToServer(call);
  try {
    const answer = await explain(call, connection, given.positional(0) ?? "-");
    if (answer === null) {
      terminal.tell(`${terminal.paint("bad", "error")}  "${given.positional(0)}" is no file here and no event there`);
      return "failed";
    }
    if (answer.kind === "refused") return tellProblem(terminal, answer.problem);
    if (given.flag("json")) terminal.print(answer.text);
    else for (const line of explanationLines(answer.answer, terminal, given.flag("all"))) terminal.print(line);
    return "ok";
  } finally {
    connection.close();
  }
};

/** An id of Carom's (a postback's begins with its event's), a file, or an id that the client gave. */
const explain = async (
  call: CommandCall,
  connection: ServerConnection,
  subject: string,
): Promise<RouteAnswer<ExplanationsWire> | null> => {
  const id = uuidPattern.exec(subject)?.[0];
  if (id !== undefined) return await explainStored(call, connection, id);
  if (subject === "-" || existsSync(subject)) {
    const text = subject === "-" ? await readStream(call.terminal.stdin) : await readFile(subject, "utf8");
    return await callRoute(connection, eventRoutes.explain, { body: `{"event":${text}}` });
  }
  const found = await callRoute(connection, eventRoutes.findEvents, { query: { event_id: subject, limit: 1 } });
  if (found.kind === "refused") return found;
  const event = found.answer.data[0];
  return event === undefined ? null : await explainStored(call, connection, event.id);
};

const explainStored = ({ given }: CommandCall, connection: ServerConnection, id: string) =>
  callRoute(connection, eventRoutes.explain, {
    body: { id: id.toLowerCase(), at: given.flag("now") ? "now" : "then" },
  });
