import { callRoute } from "#src/cli/call-route.ts";
import type { RunCommand } from "#src/cli/command.ts";
import { connectToServer } from "#src/cli/server-connection.ts";
import { tellProblem } from "#src/cli/tell-problem.ts";
import { textTable } from "#src/cli/text-table.ts";
import { auditRoutes } from "#src/contract/audit-contract.ts";

const shownDefault = 50;

export const runAudit: RunCommand = async (call) => {
  const { given, terminal } = call;
  const connection = connectToServer(call);
  try {
    const answer = await callRoute(connection, auditRoutes.readAudit, {
      query: {
        key: given.text("resource"),
        kind: given.text("kind"),
        app_id: given.text("app"),
        account_id: given.text("account"),
        by: given.text("by"),
        from: given.text("from"),
        to: given.text("to"),
        limit: given.number("last") ?? shownDefault,
      },
    });
    if (answer.kind === "refused") return tellProblem(terminal, answer.problem);
    if (given.flag("json")) {
      terminal.print(answer.text);
      return "ok";
    }
    const { data, next_cursor: cursor } = answer.answer;
    // The newest stands where the eye is: at the end.
    const rows = data.toReversed().map(({ at, by, change, key, revision, after }) => {
      const of = terminal.paint("faint", revision === null ? String(after?.["stage"] ?? "") : `revision ${revision}`);
      return [terminal.paint("faint", at), by, change, terminal.paint("name", key), of];
    });
    if (data.length === 0) terminal.tell("Nothing was done that this asks for.");
    else if (cursor !== null) terminal.tell(`There is more: these are the newest ${data.length} (--last).`);
    for (const line of textTable(rows)) terminal.print(line);
    return "ok";
  } finally {
    connection.close();
  }
};
