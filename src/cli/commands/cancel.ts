import { callRoute } from "#src/cli/call-route.ts";
import type { RunCommand } from "#src/cli/command.ts";
import { countText } from "#src/cli/count-text.ts";
import { postbackFilterOf } from "#src/cli/postback-filter-options.ts";
import { connectToServer, type ServerConnection } from "#src/cli/server-connection.ts";
import { confirm } from "#src/cli/standard-input.ts";
import { tellProblem } from "#src/cli/tell-problem.ts";
import { postbackRoutes } from "#src/contract/postbacks-contract.ts";

type Filter = Readonly<Record<string, string>>;

export const runCancel: RunCommand = async (call) => {
  const { given, terminal, interrupted } = call;
  const filter = postbackFilterOf(given);
  if (Object.keys(filter).length === 0) {
    terminal.tell("carom cancel: say which: --app, --partner, --event, --from or --to");
    return "usage";
  }
  const connection = connectToServer(call);
  try {
    const counted = await cancel(connection, filter, true);
    if (counted.kind === "refused") return tellProblem(terminal, counted.problem);
    const { matching } = counted.answer;
    const sentence = `${countText(matching, "waiting postback")} ${matching === 1 ? "matches" : "match"}.`;
    if (given.flag("dry-run") || matching === 0) {
      terminal.print(given.flag("json") ? counted.text : sentence);
      return "ok";
    }
    if (!given.flag("yes") && !(await confirm(terminal, `${sentence} Cancel for good?`, interrupted))) {
      terminal.tell("Nothing was done. --yes cancels without asking.");
      return terminal.stdin.isTTY === true ? "ok" : "usage";
    }
    const done = await cancel(connection, filter, false);
    if (done.kind === "refused") return tellProblem(terminal, done.problem);
    terminal.print(
      given.flag("json") ? done.text : `${countText(done.answer.cancelled, "waiting postback")} cancelled.`,
    );
    return "ok";
  } finally {
    connection.close();
  }
};

const cancel = (connection: ServerConnection, filter: Filter, dryRun: boolean) =>
  callRoute(connection, postbackRoutes.cancelPostbacks, { body: { filter, dry_run: dryRun } });
