import { existsSync } from "node:fs";
import { callRoute, type RouteAnswer } from "#src/cli/call-route.ts";
import type { CommandCall, RunCommand } from "#src/cli/command.ts";
import { withApp } from "#src/cli/event-of-app.ts";
import { explanationLines } from "#src/cli/explanation-lines.ts";
import { readTextFile } from "#src/cli/read-text-file.ts";
import { connectToServer, type ServerConnection } from "#src/cli/server-connection.ts";
import { readStream } from "#src/cli/standard-input.ts";
import { tellProblem } from "#src/cli/tell-problem.ts";
import { eventRoutes } from "#src/contract/events-contract.ts";
import type { ExplanationsWire } from "#src/contract/explanation-wire.ts";
import { jsonFaultPlace } from "#src/contract/json-place.ts";
import type { PostbackWire } from "#src/contract/postback-wire.ts";
import { postbackRoutes } from "#src/contract/postbacks-contract.ts";

const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/i;

export const runExplain: RunCommand = async (call) => {
  const { given, terminal } = call;
  const connection = connectToServer(call);
  try {
    const subject = await findSubject(call, connection);
    if (subject.kind === "told") {
      terminal.tell(`${terminal.paint("bad", "error")}  ${subject.sentence}`);
      return "failed";
    }
    if (subject.kind === "refused") return tellProblem(terminal, subject.problem);
    const answer = await explain(call, connection, subject);
    if (answer.kind === "refused")
      return tellProblem(terminal, answer.problem, subject.kind === "file" ? subject.name : null);
    const postbacks = await postbacksOf(connection, answer.answer);
    if (given.flag("json")) terminal.print(answer.text);
    else
      for (const line of explanationLines({ answer: answer.answer, postbacks, terminal, all: given.flag("all") }))
        terminal.print(line);
    return "ok";
  } finally {
    connection.close();
  }
};

type Subject =
  | { readonly kind: "stored"; readonly id: string }
  | { readonly kind: "file"; readonly name: string; readonly text: string };
type NoSubject =
  | { readonly kind: "told"; readonly sentence: string }
  | (RouteAnswer<never> & { readonly kind: "refused" });

/** An id of Carom's (a postback's begins with its event's), a file, or an id that the client gave. */
const findSubject = async (call: CommandCall, connection: ServerConnection): Promise<Subject | NoSubject> => {
  const given = call.given.positional(0) ?? "-";
  if (given === "-" || existsSync(given)) {
    const name = given === "-" ? "standard input" : given;
    const text = given === "-" ? await readStream(call.terminal.stdin) : await readTextFile(given);
    const fault = jsonFaultPlace(text);
    if (fault === null) return { kind: "file", name, text };
    return { kind: "told", sentence: `${name}:${fault.line}: this is not JSON: see column ${fault.column}` };
  }
  const id = uuidPattern.exec(given)?.[0];
  const mine = await findByClientId(call, connection, given);
  if (mine.kind !== "told" || id === undefined) return mine;
  return mine.isUnknown ? { kind: "stored", id: id.toLowerCase() } : mine;
};

/** The newest event with the client's id; where several apps have one, which is meant has to be said. */
const findByClientId = async ({ given }: CommandCall, connection: ServerConnection, clientId: string) => {
  const query = { event_id: clientId, app_id: given.text("app"), limit: 100 };
  const found = await callRoute(connection, eventRoutes.findEvents, { query });
  if (found.kind === "refused") return found;
  const [event] = found.answer.data;
  if (event === undefined) {
    const sentence = `"${clientId}" is no file here and no event there`;
    return { kind: "told", sentence, isUnknown: true } as const;
  }
  const apps = [...new Set(found.answer.data.map((each) => each.app_id))];
  if (apps.length === 1) return { kind: "stored", id: event.id } as const;
  const sentence = `"${clientId}" is an event of ${apps.join(" and of ")}: say which with --app`;
  return { kind: "told", sentence, isUnknown: false } as const;
};

const explain = ({ given }: CommandCall, connection: ServerConnection, subject: Subject) => {
  const app = given.text("app");
  return callRoute(connection, eventRoutes.explain, {
    body:
      subject.kind === "file"
        ? `{"event":${app === null ? subject.text : withApp(subject.text, app)}}`
        : { id: subject.id, at: given.flag("now") ? "now" : "then" },
  });
};

/** What became of the postbacks of a stored event; each with its attempts. */
const postbacksOf = async (
  connection: ServerConnection,
  { postbacks, at }: ExplanationsWire,
): Promise<readonly PostbackWire[]> => {
  if (postbacks === null || at === "now") return [];
  const read = postbacks.map(({ id }) => callRoute(connection, postbackRoutes.readPostback, { params: { id } }));
  return (await Promise.all(read)).flatMap((answer) => (answer.kind === "ok" ? [answer.answer] : []));
};
