import { callRoute } from "#src/cli/call-route.ts";
import type { CommandCall, RunCommand } from "#src/cli/command.ts";
import type { Exit } from "#src/cli/exit-codes.ts";
import { readTextFile } from "#src/cli/read-text-file.ts";
import { connectToServer } from "#src/cli/server-connection.ts";
import { readStream } from "#src/cli/standard-input.ts";
import { entryText, tellProblem } from "#src/cli/tell-problem.ts";
import type { Terminal } from "#src/cli/terminal.ts";
import { didYouMean } from "#src/contract/did-you-mean.ts";
import type { ProblemEntry } from "#src/contract/problem-document.ts";
import { type RulesImportWire, rulesImportRoutes } from "#src/contract/rules-import-contract.ts";

export const runImport: RunCommand = async (call) => {
  const { given, terminal } = call;
  const format = given.positional(0);
  const app = given.text("app");
  if (format === "appsflyer") {
    terminal.tell(
      "carom import appsflyer: AppsFlyer exports no configuration. Write the postback URLs of its console into a partner's templates, with `dialect: appsflyer`.",
    );
    return "usage";
  }
  if (format !== "adobe") {
    terminal.tell(`carom import: "${format}" is not adobe${didYouMean(format ?? "", ["adobe", "appsflyer"])}`);
    return "usage";
  }
  if (app === null) {
    terminal.tell("carom import adobe: --app <app_id> is missing");
    return "usage";
  }
  return importAdobe(call, app);
};

const importAdobe = async (call: CommandCall, app: string): Promise<Exit> => {
  const { given, terminal } = call;
  const file = given.positional(1) ?? "-";
  const document = file === "-" ? await readStream(terminal.stdin) : await readTextFile(file);
  const connection = connectToServer(call);
  try {
    const answer = await callRoute(connection, rulesImportRoutes.importRules, {
      params: { app_id: app },
      query: {
        ...(given.flag("activate") ? { activate: "true" } : {}),
        ...(given.flag("replace") ? { replace: "true" } : {}),
        ...(given.flag("dry-run") ? { dry_run: "true" } : {}),
      },
      headers: { "content-type": "application/json" },
      body: document,
    });
    if (answer.kind === "refused") return tellProblem(terminal, answer.problem, file === "-" ? null : file);
    if (given.flag("json")) terminal.print(answer.text);
    else tellImport(terminal, answer.answer);
    return isPartly(answer.answer) ? "partly" : "ok";
  } finally {
    connection.close();
  }
};

/** In-app messages are none of a postback server's: only a callback that was not taken is something missing. */
const isPartly = ({ left }: RulesImportWire): boolean => left.some(({ code }) => code !== "import.other_template");

const tellImport = (terminal: Terminal, { imported, left, losses, warnings, ...answer }: RulesImportWire): void => {
  const tell = (word: string, entries: readonly ProblemEntry[]): void => {
    for (const entry of entries) terminal.tell(`${word}  ${entryText(terminal, entry, null)}`);
  };
  tell(terminal.paint("bad", "left"), left);
  tell(terminal.paint("warn", "lost"), losses);
  tell(terminal.paint("warn", "warning"), warnings);
  for (const { path, rule_id, active, replaced } of imported) {
    const how = replaced ? ", in place of the one that was there" : "";
    terminal.print(`${path}  rule ${rule_id}, ${active ? "active" : "inactive"}${how}`);
  }
  terminal.print(sumOf(imported.length, answer));
};

const sumOf = (
  count: number,
  { dry_run, changed, revision }: Pick<RulesImportWire, "dry_run" | "changed" | "revision">,
): string => {
  const rules = count === 1 ? "1 rule" : `${count} rules`;
  if (dry_run) return `${rules} would be imported. Nothing was changed (--dry-run).`;
  return changed
    ? `${rules} imported; revision ${revision} is in force.`
    : `Nothing to change: this is revision ${revision}.`;
};
