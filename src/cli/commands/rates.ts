import { callRoute } from "#src/cli/call-route.ts";
import type { CommandCall, RunCommand } from "#src/cli/command.ts";
import { countText } from "#src/cli/count-text.ts";
import type { Exit } from "#src/cli/exit-codes.ts";
import { readTextFile } from "#src/cli/read-text-file.ts";
import { connectToServer, type ServerConnection } from "#src/cli/server-connection.ts";
import { readStream } from "#src/cli/standard-input.ts";
import { tellProblem } from "#src/cli/tell-problem.ts";
import { textTable } from "#src/cli/text-table.ts";
import { type EcbReading, readEcbRates } from "#src/contract/ecb-rates.ts";
import { rateRoutes } from "#src/contract/rates-contract.ts";

export const runRates: RunCommand = async (call) => {
  const { given, terminal } = call;
  const action = given.positional(0) ?? "list";
  const file = given.positional(1);
  if (action !== "list" && action !== "import") {
    terminal.tell(`carom rates: "${action}" is not import or list`);
    return "usage";
  }
  if (action === "import" && file === null) {
    terminal.tell("carom rates import: <file> is missing");
    return "usage";
  }
  const connection = connectToServer(call);
  try {
    return file === null || action === "list"
      ? await listRates(call, connection)
      : await importRates(call, connection, file);
  } finally {
    connection.close();
  }
};

const listRates = async ({ given, terminal }: CommandCall, connection: ServerConnection): Promise<Exit> => {
  const answer = await callRoute(connection, rateRoutes.listRates);
  if (answer.kind === "refused") return tellProblem(terminal, answer.problem);
  const { data } = answer.answer;
  if (given.flag("json")) terminal.print(JSON.stringify(data));
  else if (data.length === 0)
    terminal.tell(
      "No rates yet: revenue that has to be converted (`currency` of an integration, event_revenue_usd) goes out without a value. `carom rates import <file>` takes the ECB's table.",
    );
  else {
    const title = ["CURRENCY", "FOR ONE EURO", "OF", "DAYS"].map((cell) => terminal.paint("faint", cell));
    const rows = data.map(({ currency, rate, day, days }) => [currency, rate, day, String(days)]);
    for (const line of textTable([title, ...rows])) terminal.print(line);
  }
  return "ok";
};

const importRates = async (
  { given, terminal }: CommandCall,
  connection: ServerConnection,
  file: string,
): Promise<Exit> => {
  const reading: EcbReading = file.endsWith(".zip")
    ? { kind: "refused", message: "it is packed: unpack it, and import the CSV that is in it" }
    : readEcbRates(file === "-" ? await readStream(terminal.stdin) : await readTextFile(file));
  if (reading.kind === "refused") {
    terminal.tell(`carom rates import: ${file}: ${reading.message}`);
    return "failed";
  }
  const answer = await callRoute(connection, rateRoutes.importRates, { body: { rates: [...reading.rates] } });
  if (answer.kind === "refused") return tellProblem(terminal, answer.problem);
  const { kept, too_old: tooOld } = answer.answer;
  if (given.flag("json")) terminal.print(JSON.stringify(answer.answer));
  else {
    const older = tooOld === 0 ? "" : ` ${countText(tooOld, "older one")} left out: no event is of such a day.`;
    terminal.print(`${countText(kept, "rate")} in force.${older}`);
  }
  return "ok";
};
