import { callForText, callRoute } from "#src/cli/call-route.ts";
import type { RunCommand } from "#src/cli/command.ts";
import { postbackFilterOf } from "#src/cli/postback-filter-options.ts";
import { connectToServer } from "#src/cli/server-connection.ts";
import { tellProblem } from "#src/cli/tell-problem.ts";
import { textTable } from "#src/cli/text-table.ts";
import { type ReportRowWire, statsRoutes } from "#src/contract/stats-contract.ts";

export const runReport: RunCommand = async (call) => {
  const { given, terminal } = call;
  const connection = connectToServer(call);
  try {
    const query = postbackFilterOf(given);
    if (given.flag("csv")) {
      const csv = await callForText(connection, statsRoutes.readPostbackReport, { query: { ...query, format: "csv" } });
      if (csv.kind === "refused") return tellProblem(terminal, csv.problem);
      terminal.print(csv.text.trimEnd());
      return "ok";
    }
    const answer = await callRoute(connection, statsRoutes.readPostbackReport, { query });
    if (answer.kind === "refused") return tellProblem(terminal, answer.problem);
    if (given.flag("json")) terminal.print(answer.text);
    else for (const line of reportLines(answer.answer.data)) terminal.print(line);
    return "ok";
  } finally {
    connection.close();
  }
};

const reportLines = (rows: readonly ReportRowWire[]): readonly string[] => {
  if (rows.length === 0) return ["Nothing was sent or skipped in this time."];
  const head = ["day", "app", "partner or rule", "event", "delivered", "dead", "cancelled", "skipped"];
  return textTable([
    head,
    ...rows.map((row) => [
      row.day,
      row.app_id,
      row.partner_id ?? `rule ${row.rule_id}`,
      row.event_name ?? "(other names)",
      ...[row.delivered, row.dead, row.cancelled, row.skipped].map((count) => count.toLocaleString("en")),
    ]),
  ]);
};
