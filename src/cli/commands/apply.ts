import { callRoute } from "#src/cli/call-route.ts";
import type { RunCommand } from "#src/cli/command.ts";
import { readTextFile } from "#src/cli/read-text-file.ts";
import { connectToServer } from "#src/cli/server-connection.ts";
import { readStream } from "#src/cli/standard-input.ts";
import { entryText, tellProblem } from "#src/cli/tell-problem.ts";
import { type CatalogChangeWire, catalogRoutes } from "#src/contract/catalog-contract.ts";

export const runApply: RunCommand = async (call) => {
  const { given, terminal } = call;
  const file = given.positional(0) ?? "-";
  const document = file === "-" ? await readStream(terminal.stdin) : await readTextFile(file);
  const connection = connectToServer(call);
  try {
    const answer = await callRoute(connection, catalogRoutes.changeCatalog, {
      query: {
        ...(given.flag("dry-run") ? { dry_run: "true" } : {}),
        ...(given.flag("prune") ? { prune: "true" } : {}),
      },
      headers: { "content-type": file.endsWith(".json") ? "application/json" : "application/yaml" },
      body: document,
    });
    if (answer.kind === "refused") return tellProblem(terminal, answer.problem, file === "-" ? null : file);
    for (const warning of answer.answer.warnings)
      terminal.tell(
        `${terminal.paint("warn", "warning")}  ${entryText(terminal, warning, file === "-" ? null : file)}`,
      );
    terminal.print(given.flag("json") ? answer.text : changeSentence(answer.answer));
    return "ok";
  } finally {
    connection.close();
  }
};

const changeSentence = (change: CatalogChangeWire): string => {
  if (change.dry_run) return "The document is right. Nothing was changed (--dry-run).";
  if (!change.changed) return `Nothing to change: this is revision ${change.revision}.`;
  return `Revision ${change.revision} is in force.`;
};
