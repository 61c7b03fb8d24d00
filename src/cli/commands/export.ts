import { callForText } from "#src/cli/call-route.ts";
import type { RunCommand } from "#src/cli/command.ts";
import { connectToServer } from "#src/cli/server-connection.ts";
import { tellProblem } from "#src/cli/tell-problem.ts";
import { catalogRoutes } from "#src/contract/catalog-contract.ts";

export const runExport: RunCommand = async (call) => {
  const { given, terminal } = call;
  const connection = connectToServer(call);
  try {
    const accept = given.flag("json") ? "application/json" : "application/yaml";
    const answer = await callForText(connection, catalogRoutes.readCatalog, { headers: { accept } });
    if (answer.kind === "refused") return tellProblem(terminal, answer.problem);
    terminal.print(answer.text.trimEnd());
    return "ok";
  } finally {
    connection.close();
  }
};
