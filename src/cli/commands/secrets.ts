import { callRoute } from "#src/cli/call-route.ts";
import type { CommandCall, RunCommand } from "#src/cli/command.ts";
import type { Exit } from "#src/cli/exit-codes.ts";
import { secretFaultText } from "#src/cli/secret-fault-text.ts";
import { connectToServer, type ServerConnection } from "#src/cli/server-connection.ts";
import { readSecretLine, readStream } from "#src/cli/standard-input.ts";
import { tellProblem } from "#src/cli/tell-problem.ts";
import { textTable } from "#src/cli/text-table.ts";
import { didYouMean } from "#src/contract/did-you-mean.ts";
import { type SecretWire, secretRoutes } from "#src/contract/keys-contract.ts";

export const runSecrets: RunCommand = async (call) => {
  const { given, terminal } = call;
  const action = given.positional(0) ?? "list";
  const name = given.positional(1);
  if (action !== "list" && action !== "set" && action !== "remove") {
    terminal.tell(
      `carom secrets: "${action}" is not set, list or remove${didYouMean(action, ["set", "list", "remove"])}`,
    );
    return "usage";
  }
  if (action !== "list" && name === null) {
    terminal.tell(`carom secrets ${action}: <name> is missing`);
    return "usage";
  }
  const connection = connectToServer(call);
  try {
    if (name === null || action === "list") return await listSecrets(call, connection);
    return action === "set" ? await setSecret(call, connection, name) : await removeSecret(call, connection, name);
  } finally {
    connection.close();
  }
};

const listSecrets = async ({ given, terminal }: CommandCall, connection: ServerConnection): Promise<Exit> => {
  const answer = await callRoute(connection, secretRoutes.listSecrets);
  if (answer.kind === "refused") return tellProblem(terminal, answer.problem);
  const secrets = answer.answer.data;
  if (given.flag("json")) terminal.print(JSON.stringify(secrets));
  else if (secrets.length === 0)
    terminal.tell("No secrets yet. `carom secrets set <name>` reads one from standard input.");
  else
    for (const line of textTable(
      secrets.map((secret) => [secret.name, `set ${secret.updated_at}${faultText(secret, terminal)}`]),
    ))
      terminal.print(line);
  return "ok";
};

const faultText = ({ fault, name }: SecretWire, terminal: CommandCall["terminal"]): string =>
  fault === null ? "" : `  ${terminal.paint("bad", `cannot be opened: ${secretFaultText(fault, name)}`)}`;

const setSecret = async (
  { given, terminal }: CommandCall,
  connection: ServerConnection,
  name: string,
): Promise<Exit> => {
  const typed =
    terminal.stdin.isTTY === true
      ? await readSecretLine(terminal, `Value of ${name}: `)
      : await readStream(terminal.stdin);
  // A file or `echo` ends with a line break that nobody means.
  const value = typed.replace(/\r?\n$/, "");
  if (value === "") {
    terminal.tell("carom secrets set: standard input was empty");
    return "usage";
  }
  const answer = await callRoute(connection, secretRoutes.putSecret, { params: { name }, body: { value } });
  if (answer.kind === "refused") return tellProblem(terminal, answer.problem);
  terminal.print(
    given.flag("json") ? JSON.stringify(answer.answer) : `Secret ${name} is set; attempts from now on carry it.`,
  );
  return "ok";
};

const removeSecret = async (
  { given, terminal }: CommandCall,
  connection: ServerConnection,
  name: string,
): Promise<Exit> => {
  const answer = await callRoute(connection, secretRoutes.removeSecret, { params: { name } });
  if (answer.kind === "refused") return tellProblem(terminal, answer.problem);
  terminal.print(given.flag("json") ? JSON.stringify(answer.answer) : `Secret ${name} is gone.`);
  for (const place of answer.answer.needed_by)
    terminal.tell(
      `${terminal.paint("warn", "warning")}  ${place} needs it: what it signs or sends with it waits until it is set again`,
    );
  return "ok";
};
