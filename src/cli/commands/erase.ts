import { callRoute } from "#src/cli/call-route.ts";
import type { CommandCall, RunCommand } from "#src/cli/command.ts";
import { countText } from "#src/cli/count-text.ts";
import { connectToServer, type ServerConnection } from "#src/cli/server-connection.ts";
import { confirm } from "#src/cli/standard-input.ts";
import { tellProblem } from "#src/cli/tell-problem.ts";
import { type ErasedWire, erasureRoutes } from "#src/contract/erasure-contract.ts";

type Person = {
  readonly app_id?: string;
  readonly identifiers: readonly { readonly kind: "install_id" | "user_id"; readonly value: string }[];
  readonly linked: boolean;
};

export const runErase: RunCommand = async (call) => {
  const { given, terminal, interrupted } = call;
  const person = personOf(given);
  if (person.identifiers.length === 0) {
    terminal.tell("carom erase: say whose data: --user or --install");
    return "usage";
  }
  const connection = connectToServer(call);
  try {
    const found = await erase(connection, person, true);
    if (found.kind === "refused") return tellProblem(terminal, found.problem);
    if (given.flag("dry-run")) {
      terminal.print(given.flag("json") ? found.text : foundText(found.answer));
      return "ok";
    }
    const question = `${foundText(found.answer)} Erase for good?`;
    if (!given.flag("yes") && !(await confirm(terminal, question, interrupted))) {
      terminal.tell("Nothing was done. --yes erases without asking.");
      return terminal.stdin.isTTY === true ? "ok" : "usage";
    }
    const done = await erase(connection, person, false);
    if (done.kind === "refused") return tellProblem(terminal, done.problem);
    terminal.print(given.flag("json") ? done.text : doneText(done.answer));
    return "ok";
  } finally {
    connection.close();
  }
};

const personOf = (given: CommandCall["given"]): Person => {
  const app = given.text("app");
  const user = given.text("user");
  const install = given.text("install");
  return {
    ...(app === null ? {} : { app_id: app }),
    identifiers: [
      ...(user === null ? [] : [{ kind: "user_id", value: user } as const]),
      ...(install === null ? [] : [{ kind: "install_id", value: install } as const]),
    ],
    linked: given.flag("linked"),
  };
};

/** The ids alone: `user_id` finds what holds the id in any field of its kind, and the field is not known here. */
const foundText = ({ events, identifiers }: ErasedWire): string => {
  const ids = [...new Set(identifiers.map(({ value }) => value))];
  return `${countText(events, "event")} of the id${ids.length === 1 ? "" : "s"} ${ids.join(", ")}.`;
};

const doneText = (done: ErasedWire): string => {
  const parts = [
    `${countText(done.events, "event")} erased`,
    `${countText(done.cancelled, "waiting postback")} cancelled`,
    `${countText(done.install_records, "install record")} removed`,
  ];
  const left =
    done.in_flight === 0 ? "" : ` ${countText(done.in_flight, "event")} in flight: run it again in a minute.`;
  return `${parts.join(", ")}.${left}${done.left_in_log ? logText : ""}${done.left_in_file ? fileText : ""}`;
};

const logText =
  " data.db-wal still holds bytes of it, since a backup or another reader is under way: it is emptied within 10 seconds of its end.";

const fileText =
  " Copies of a few rows may stay in data.db, in parts of pages that nothing uses: stop the server and run `carom compact` to be rid of them.";

const erase = (connection: ServerConnection, person: Person, dryRun: boolean) =>
  callRoute(connection, erasureRoutes.eraseUserData, {
    query: { dry_run: dryRun ? "true" : "false" },
    body: person,
  });
