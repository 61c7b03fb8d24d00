import { callRoute } from "#src/cli/call-route.ts";
import type { CommandCall, RunCommand } from "#src/cli/command.ts";
import type { Exit } from "#src/cli/exit-codes.ts";
import { connectToServer, type ServerConnection } from "#src/cli/server-connection.ts";
import { tellProblem } from "#src/cli/tell-problem.ts";
import { textTable } from "#src/cli/text-table.ts";
import { type NoticeTargetWire, noticeRoutes } from "#src/contract/notices-contract.ts";

export const runNotices: RunCommand = async (call) => {
  const { given, terminal } = call;
  const action = given.positional(0) ?? "list";
  const id = given.positional(1);
  const connection = connectToServer(call);
  try {
    if (action === "list") return await listNotices(call, connection);
    if (action === "add") return await addNotice(call, connection);
    if (action !== "test" && action !== "remove") {
      terminal.tell(`carom notices: "${action}" is not add, list, test or remove`);
      return "usage";
    }
    if (id === null) {
      terminal.tell(`carom notices ${action}: <id> is missing; \`carom notices\` lists them`);
      return "usage";
    }
    return action === "test" ? await testNotice(call, connection, id) : await removeNotice(call, connection, id);
  } finally {
    connection.close();
  }
};

const listNotices = async ({ given, terminal }: CommandCall, connection: ServerConnection): Promise<Exit> => {
  const answer = await callRoute(connection, noticeRoutes.listNotices);
  if (answer.kind === "refused") return tellProblem(terminal, answer.problem);
  if (given.flag("json")) {
    terminal.print(answer.text);
    return "ok";
  }
  const { data, open } = answer.answer;
  for (const { kind, since, detail } of open)
    terminal.print(`${terminal.paint("bad", kind)}  ${detail} (since ${since})`);
  if (open.length === 0)
    terminal.print("Nothing is wrong that anybody was to be told of; `carom doctor` looks at more.");
  if (data.length === 0)
    terminal.tell("Nobody is told. `carom notices add --webhook https://…` or `--mail ops@example.com` changes that.");
  for (const line of textTable(data.map(rowOf))) terminal.print(line);
  return "ok";
};

const rowOf = ({ id, name, active, kinds, to }: NoticeTargetWire): readonly string[] => [
  id,
  to.kind === "mail" ? to.address : to.url,
  kinds === "*" ? "everything" : kinds.join(", "),
  active ? name : `${name} (off)`,
];

const addNotice = async ({ given, terminal }: CommandCall, connection: ServerConnection): Promise<Exit> => {
  const url = given.text("webhook");
  const address = given.text("mail");
  if ((url === null) === (address === null)) {
    terminal.tell("carom notices add: say where: --webhook or --mail");
    return "usage";
  }
  const to = url === null ? { kind: "mail", address } : { kind: "webhook", url, secret: given.text("secret") };
  const body = {
    name: given.text("name") ?? url ?? address,
    kinds: given.text("kinds")?.split(",") ?? "*",
    app_id: given.text("app"),
    to,
  };
  const answer = await callRoute(connection, noticeRoutes.makeNotice, { body });
  if (answer.kind === "refused") return tellProblem(terminal, answer.problem);
  terminal.print(given.flag("json") ? answer.text : answer.answer.id);
  return "ok";
};

const testNotice = async (
  { given, terminal }: CommandCall,
  connection: ServerConnection,
  id: string,
): Promise<Exit> => {
  const answer = await callRoute(connection, noticeRoutes.testNotice, { params: { id } });
  if (answer.kind === "refused") return tellProblem(terminal, answer.problem);
  const { heard, reason } = answer.answer;
  terminal.print(given.flag("json") ? answer.text : heard ? "It was heard." : `It was not heard: ${reason}`);
  return heard ? "ok" : "failed";
};

const removeNotice = async (
  { given, terminal }: CommandCall,
  connection: ServerConnection,
  id: string,
): Promise<Exit> => {
  const answer = await callRoute(connection, noticeRoutes.removeNotice, { params: { id } });
  if (answer.kind === "refused") return tellProblem(terminal, answer.problem);
  terminal.print(given.flag("json") ? answer.text : `Notice ${id} is gone.`);
  return "ok";
};
