import { callRoute } from "#src/cli/call-route.ts";
import type { CommandCall, RunCommand } from "#src/cli/command.ts";
import { postbackStateText, postbackWords, receiverName, unmetWords } from "#src/cli/postback-words.ts";
import { requestLines } from "#src/cli/request-lines.ts";
import { connectToServer } from "#src/cli/server-connection.ts";
import { tellProblem } from "#src/cli/tell-problem.ts";
import type { Terminal } from "#src/cli/terminal.ts";
import { textTable } from "#src/cli/text-table.ts";
import type { AttemptWire, PostbackWire, RequestWire } from "#src/contract/postback-wire.ts";
import { postbackRoutes } from "#src/contract/postbacks-contract.ts";

export const runPostback: RunCommand = async (call) => {
  const { given, terminal } = call;
  const connection = connectToServer(call);
  try {
    const params = { id: given.positional(0) ?? "" };
    const answer = await callRoute(connection, postbackRoutes.readPostback, { params });
    if (answer.kind === "refused") return tellProblem(terminal, answer.problem);
    if (given.flag("json")) terminal.print(answer.text);
    else for (const line of postbackLines(answer.answer, terminal)) terminal.print(line);
    return "ok";
  } finally {
    connection.close();
  }
};

/** Makes a new postback of an old one, and shows what differs between the two. */
export const runRedeliver: RunCommand = async (call: CommandCall) => {
  const { given, terminal } = call;
  const connection = connectToServer(call);
  try {
    const render = given.text("render");
    const answer = await callRoute(connection, postbackRoutes.redeliver, {
      params: { id: given.positional(0) ?? "" },
      body: render === null ? {} : { render },
    });
    if (answer.kind === "refused") return tellProblem(terminal, answer.problem);
    if (given.flag("json")) {
      terminal.print(answer.text);
      return "ok";
    }
    const { id, before, after } = answer.answer;
    terminal.print(`Postback ${id} is due.`);
    for (const line of differenceLines(before, after, terminal)) terminal.print(line);
    return "ok";
  } finally {
    connection.close();
  }
};

const postbackLines = (postback: PostbackWire, terminal: Terminal): readonly string[] => [
  `${postbackStateText(postback, terminal)}  ${postbackWords(postback)}`,
  "",
  ...textTable(
    [
      ["postback", postback.id],
      ["event", `${postback.event_id}  ${postback.event_name}`],
      ["app", postback.app_id],
      ["to", receiverName(postback)],
      ["receiver", postback.receiver_id],
      ["made", postback.created_at],
      ...(postback.due_at === null ? [] : [["due", postback.due_at]]),
      ...(postback.expires_at === null ? [] : [["expires", postback.expires_at]]),
      ...(postback.ended_at === null ? [] : [["ended", postback.ended_at]]),
    ].map(([name = "", value = ""]) => [terminal.paint("faint", name), value]),
  ),
  "",
  ...requestLines(postback.request),
  ...postback.attempt_log.flatMap((attempt) => ["", ...attemptLines(attempt, terminal)]),
];

const attemptLines = (attempt: AttemptWire, terminal: Terminal): readonly string[] => {
  const { number, started_at, duration_ms, outcome, spent, response, fault, unmet } = attempt;
  const cost = spent ? "" : ", which cost no attempt";
  const head = `attempt ${number}  ${started_at}  ${outcome} in ${Math.round(duration_ms)} ms${cost}`;
  const heard =
    response === null
      ? [`  ${fault?.code ?? ""}: ${fault?.message ?? ""}`]
      : [`  ${response.status}${response.body === "" ? "" : `  ${response.body.slice(0, bodyCharactersMax)}`}`];
  const why = unmet === null ? [] : [`  ${unmetWords(unmet)}`];
  return [terminal.paint("strong", head), ...heard, ...why];
};

const bodyCharactersMax = 500;

const differenceLines = (before: RequestWire, after: RequestWire, terminal: Terminal): readonly string[] => {
  const old = requestLines(before);
  const made = requestLines(after);
  if (old.join("\n") === made.join("\n")) return ["The request is the same as before."];
  return [
    ...old.filter((line) => !made.includes(line)).map((line) => terminal.paint("bad", `- ${line}`)),
    ...made.filter((line) => !old.includes(line)).map((line) => terminal.paint("good", `+ ${line}`)),
  ];
};
