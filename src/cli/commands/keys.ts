import { callRoute } from "#src/cli/call-route.ts";
import type { CommandCall, RunCommand } from "#src/cli/command.ts";
import type { Exit } from "#src/cli/exit-codes.ts";
import { connectToServer, type ServerConnection } from "#src/cli/server-connection.ts";
import { tellProblem } from "#src/cli/tell-problem.ts";
import { textTable } from "#src/cli/text-table.ts";
import { didYouMean } from "#src/contract/did-you-mean.ts";
import type { KeyWire } from "#src/contract/key-wire.ts";
import { keyRoutes } from "#src/contract/keys-contract.ts";
import { keyKinds } from "#src/contract/route-access.ts";

export const runKeys: RunCommand = async (call) => {
  const action = call.given.positional(0) ?? "list";
  const connection = connectToServer(call);
  try {
    if (action === "list") return await listKeys(call, connection);
    if (action === "add") return await addKey(call, connection);
    if (action === "rotate") return await rotateKey(call, connection);
    if (action === "remove") return await removeKey(call, connection);
    call.terminal.tell(
      `carom keys: "${action}" is not add, list, rotate or remove${didYouMean(action, ["add", "list", "rotate", "remove"])}`,
    );
    return "usage";
  } finally {
    connection.close();
  }
};

const listKeys = async ({ given, terminal }: CommandCall, connection: ServerConnection): Promise<Exit> => {
  const answer = await callRoute(connection, keyRoutes.listKeys);
  if (answer.kind === "refused") return tellProblem(terminal, answer.problem);
  const keys = answer.answer.data;
  if (given.flag("json")) terminal.print(JSON.stringify(keys));
  else if (keys.length === 0)
    terminal.tell("No keys yet. `carom keys add --kind management --name ops` makes the first.");
  else {
    const hasTerms = keys.some(({ rate_per_second: rate, origins }) => rate !== null || origins.length > 0);
    const terms = hasTerms ? ["RATE", "ORIGINS"] : [];
    const title = ["ID", "KIND", "OF", "KEY", "MADE", "ENDS", "USED", ...terms, "NAME"].map((cell) =>
      terminal.paint("faint", cell),
    );
    const rows = keys.map((key) => [
      key.id,
      key.kind,
      key.app_id ?? `${key.role} of ${key.account_id}`,
      `${key.hint}…`,
      dayOf(key.created_at),
      minuteOf(key.expires_at),
      dayOf(key.last_used_at),
      ...(hasTerms ? termsOf(key) : []),
      key.name,
    ]);
    for (const line of textTable([title, ...rows])) terminal.print(line);
  }
  return "ok";
};

const dayOf = (time: string | null): string => time?.slice(0, 10) ?? "-";

/** An overlap may be of an hour. */
const minuteOf = (time: string | null): string => time?.slice(0, 16).replace("T", " ").concat("Z") ?? "-";

/** Most keys have neither: then the columns are not there. */
const termsOf = ({ rate_per_second: rate, origins }: KeyWire): readonly string[] => [
  rate === null ? "-" : `${rate}/s`,
  origins.length === 0 ? "-" : origins.join(","),
];

const addKey = async ({ given, terminal }: CommandCall, connection: ServerConnection): Promise<Exit> => {
  const kind = given.text("kind") ?? "ingest";
  const app = given.text("app");
  if (!keyKinds.some((known) => known === kind)) {
    terminal.tell(`carom keys add: --kind: "${kind}" is not ${keyKinds.join(", ")}${didYouMean(kind, keyKinds)}`);
    return "usage";
  }
  if (kind !== "management" && app === null) {
    terminal.tell(`carom keys add: an ${kind} key needs --app, the one app that it speaks for`);
    return "usage";
  }
  const rate = given.text("rate");
  const body = {
    kind,
    name: given.text("name") ?? (app === null ? kind : `${kind} of ${app}`),
    ...optional("app_id", app),
    ...optional("account_id", given.text("account")),
    ...optional("role", given.text("role")),
    ...optional("expires_at", given.text("expires")),
    ...optional("rate_per_second", rate === null ? null : Number(rate)),
    ...optional("origins", given.text("origins")?.split(",") ?? null),
  };
  const answer = await callRoute(connection, keyRoutes.makeKey, { body });
  if (answer.kind === "refused") return tellProblem(terminal, answer.problem);
  if (given.flag("json")) {
    terminal.print(JSON.stringify(answer.answer));
    return "ok";
  }
  return showOnce(terminal, answer.answer.key);
};

const optional = (name: string, value: unknown): object => (value === null ? {} : { [name]: value });

const showOnce = (terminal: CommandCall["terminal"], key: string): Exit => {
  terminal.print(key);
  terminal.tell(terminal.paint("faint", "Keep it now: it is shown once. Send it as `authorization: Bearer <key>`."));
  return "ok";
};

const rotateKey = async ({ given, terminal }: CommandCall, connection: ServerConnection): Promise<Exit> => {
  const id = given.positional(1);
  if (id === null) {
    terminal.tell("carom keys rotate: <id> is missing; `carom keys` lists them");
    return "usage";
  }
  const body = { ...optional("overlap", given.text("overlap")), ...optional("expires_at", given.text("expires")) };
  const answer = await callRoute(connection, keyRoutes.rotateKey, { params: { id }, body });
  if (answer.kind === "refused") return tellProblem(terminal, answer.problem);
  if (given.flag("json")) {
    terminal.print(JSON.stringify(answer.answer));
    return "ok";
  }
  terminal.tell(`${id} goes on until ${answer.answer.replaces.expires_at ?? "it is removed"}.`);
  const { expires_at: end } = answer.answer;
  if (end !== null) terminal.tell(`The new one works until ${end}; --expires says another time.`);
  return showOnce(terminal, answer.answer.key);
};

const removeKey = async ({ given, terminal }: CommandCall, connection: ServerConnection): Promise<Exit> => {
  const id = given.positional(1);
  if (id === null) {
    terminal.tell("carom keys remove: <id> is missing; `carom keys` lists them");
    return "usage";
  }
  const answer = await callRoute(connection, keyRoutes.removeKey, { params: { id } });
  if (answer.kind === "refused") return tellProblem(terminal, answer.problem);
  terminal.print(given.flag("json") ? JSON.stringify(answer.answer) : `Key ${id} is gone.`);
  return "ok";
};
