import { callRoute } from "#src/cli/call-route.ts";
import type { RunCommand } from "#src/cli/command.ts";
import { countText } from "#src/cli/count-text.ts";
import { postbackFilterOf } from "#src/cli/postback-filter-options.ts";
import { connectToServer, type ServerConnection } from "#src/cli/server-connection.ts";
import { confirm } from "#src/cli/standard-input.ts";
import { tellProblem } from "#src/cli/tell-problem.ts";
import { postbackRoutes, type RerenderedWire } from "#src/contract/postbacks-contract.ts";

type Filter = Readonly<Record<string, string>>;

export const runRerender: RunCommand = async (call) => {
  const { given, terminal, interrupted } = call;
  const filter = postbackFilterOf(given);
  if (Object.keys(filter).length === 0) {
    terminal.tell("carom rerender: say which: --app, --partner, --event, --from or --to");
    return "usage";
  }
  const connection = connectToServer(call);
  try {
    const counted = await rerender(connection, filter, true);
    if (counted.kind === "refused") return tellProblem(terminal, counted.problem);
    const { matching, rerendered } = counted.answer;
    if (given.flag("dry-run") || rerendered === 0) {
      if (given.flag("json")) terminal.print(counted.text);
      else for (const line of foundLines(counted.answer)) terminal.print(line);
      return "ok";
    }
    const question = `${matchSentence(matching)} ${countText(rerendered, "request")} would change. Render anew?`;
    if (!given.flag("yes") && !(await confirm(terminal, question, interrupted))) {
      terminal.tell("Nothing was done. --yes renders anew without asking.");
      return terminal.stdin.isTTY === true ? "ok" : "usage";
    }
    const done = await rerender(connection, filter, false);
    if (done.kind === "refused") return tellProblem(terminal, done.problem);
    terminal.print(given.flag("json") ? done.text : doneSentence(done.answer));
    return "ok";
  } finally {
    connection.close();
  }
};

const rerender = (connection: ServerConnection, filter: Filter, dryRun: boolean) =>
  callRoute(connection, postbackRoutes.rerenderPostbacks, { body: { filter, dry_run: dryRun } });

const matchSentence = (matching: number): string =>
  `${countText(matching, "waiting postback")} ${matching === 1 ? "matches" : "match"}.`;

const foundLines = (found: RerenderedWire): string[] => [
  `${matchSentence(found.matching)} ${countText(found.rerendered, "request")} would change${leftText(found)}.`,
  ...found.examples.flatMap(({ id, before, after }) => [
    id,
    `  before  ${before.method} ${before.url}`,
    `  after   ${after.method} ${after.url}`,
  ]),
];

const doneSentence = (done: RerenderedWire): string =>
  `${countText(done.rerendered, "waiting postback")} rendered anew${leftText(done)}.`;

/** What is left as it is, and why. */
const leftText = ({ unchanged, unmatched, faulted, in_flight }: RerenderedWire): string =>
  [
    [unchanged, "the same as before"],
    [unmatched, "not made by today's catalog"],
    [faulted, "not to be rendered by today's template"],
    [in_flight, "in flight"],
  ]
    .filter(([count]) => count !== 0)
    .map(([count, why]) => `; ${count?.toLocaleString("en")} left: ${why}`)
    .join("");
