import { callRoute } from "#src/cli/call-route.ts";
import type { CommandCall, RunCommand } from "#src/cli/command.ts";
import type { Exit } from "#src/cli/exit-codes.ts";
import { connectToServer, type ServerConnection } from "#src/cli/server-connection.ts";
import { tellProblem } from "#src/cli/tell-problem.ts";
import { textTable } from "#src/cli/text-table.ts";
import { didYouMean } from "#src/contract/did-you-mean.ts";
import { type LinkMailWire, type LinkWire, sameEmail, type UserWire } from "#src/contract/people-wire.ts";
import { userRoutes } from "#src/contract/users-contract.ts";

type Action = (call: CommandCall, connection: ServerConnection) => Promise<Exit>;

export const runUsers: RunCommand = async (call) => {
  const name = call.given.positional(0) ?? "list";
  const action = actions.get(name);
  if (action === undefined) {
    const names = [...actions.keys()];
    call.terminal.tell(`carom users: "${name}" is not ${names.join(", ")}${didYouMean(name, names)}`);
    return "usage";
  }
  const connection = connectToServer(call);
  try {
    return await action(call, connection);
  } finally {
    connection.close();
  }
};

const listUsers: Action = async (call, connection) => {
  const people = await members(call, connection);
  if (!Array.isArray(people)) return people;
  const { given, terminal } = call;
  if (given.flag("json")) terminal.print(JSON.stringify(people));
  else if (people.length === 0)
    terminal.tell("Nobody yet. `carom users first` makes the link by which the first owner comes in.");
  else {
    const title = ["EMAIL", "ROLE", "OF", "STATUS", "SEEN", "NAME"].map((cell) => terminal.paint("faint", cell));
    const rows = people.map(({ email, role, account_id, status, last_seen_at, name }) => [
      email,
      role,
      account_id,
      status,
      last_seen_at?.slice(0, 10) ?? "-",
      name,
    ]);
    for (const line of textTable([title, ...rows])) terminal.print(line);
  }
  return "ok";
};

const linkFirstOwner: Action = async ({ given, terminal }, connection) => {
  const answer = await callRoute(connection, userRoutes.linkFirstOwner);
  if (answer.kind === "refused") return tellProblem(terminal, answer.problem);
  if (given.flag("json")) terminal.print(JSON.stringify(answer.answer));
  else showLink(terminal, answer.answer);
  return "ok";
};

const inviteUser: Action = async (call, connection) => {
  const { given, terminal } = call;
  const email = given.positional(1);
  if (email === null) return emailMissing(call);
  const account = given.text("account");
  const body = { email, role: given.text("role") ?? "viewer", ...(account === null ? {} : { account_id: account }) };
  const answer = await callRoute(connection, userRoutes.inviteUser, { body });
  if (answer.kind === "refused") return tellProblem(terminal, answer.problem);
  if (given.flag("json")) terminal.print(JSON.stringify(answer.answer));
  else {
    const { user, link, mail } = answer.answer;
    terminal.tell(`${user.email} is invited as ${user.role} of ${user.account_id}.`);
    showLink(terminal, link);
    tellMail(terminal, user, mail);
  }
  return "ok";
};

const resetUser: Action = async (call, connection) => {
  const user = await namedUser(call, connection);
  if (typeof user === "string") return user;
  const answer = await callRoute(connection, userRoutes.resetUser, placeOf(user));
  if (answer.kind === "refused") return tellProblem(call.terminal, answer.problem);
  if (call.given.flag("json")) call.terminal.print(JSON.stringify(answer.answer));
  else {
    showLink(call.terminal, answer.answer.link);
    tellMail(call.terminal, user, answer.answer.mail);
  }
  return "ok";
};

const changeUser =
  (bodyOf: (call: CommandCall) => object, told: (user: UserWire) => string): Action =>
  async (call, connection) => {
    const user = await namedUser(call, connection);
    if (typeof user === "string") return user;
    const answer = await callRoute(connection, userRoutes.changeUser, { ...placeOf(user), body: bodyOf(call) });
    if (answer.kind === "refused") return tellProblem(call.terminal, answer.problem);
    call.terminal.print(call.given.flag("json") ? JSON.stringify(answer.answer) : told(answer.answer));
    return "ok";
  };

const giveRole: Action = async (call, connection) => {
  if (call.given.text("role") === null) {
    call.terminal.tell("carom users role: --role is missing: viewer, editor, admin or owner");
    return "usage";
  }
  const give = changeUser(
    ({ given }) => ({ role: given.text("role") }),
    ({ email, role, account_id }) => `${email} is ${role} of ${account_id} from the next request on.`,
  );
  return give(call, connection);
};

const removeUser: Action = async (call, connection) => {
  const user = await namedUser(call, connection);
  if (typeof user === "string") return user;
  const answer = await callRoute(connection, userRoutes.removeUser, placeOf(user));
  if (answer.kind === "refused") return tellProblem(call.terminal, answer.problem);
  const told = `${user.email} is out of ${user.account_id}.`;
  call.terminal.print(call.given.flag("json") ? JSON.stringify(answer.answer) : told);
  return "ok";
};

const actions: ReadonlyMap<string, Action> = new Map([
  ["list", listUsers],
  ["first", linkFirstOwner],
  ["invite", inviteUser],
  ["reset", resetUser],
  ["role", giveRole],
  [
    "disable",
    changeUser(
      () => ({ disabled: true }),
      ({ email }) => `${email} is shut out of every account, and signed out everywhere.`,
    ),
  ],
  [
    "enable",
    changeUser(
      () => ({ disabled: false }),
      ({ email }) => `${email} may sign in again.`,
    ),
  ],
  ["remove", removeUser],
]);

const showLink = (terminal: CommandCall["terminal"], link: LinkWire): void => {
  terminal.print(link.url);
  const advice = `It opens in a browser. Hand it on by a way that you trust: it works once, until ${link.expires_at}.`;
  terminal.tell(terminal.paint("faint", advice));
};

const tellMail = (terminal: CommandCall["terminal"], { email }: UserWire, mail: LinkMailWire): void => {
  if (mail === "sent") terminal.tell(`It went to ${email} by mail, too.`);
  if (mail === "refused") terminal.tell("It could not be sent by mail; the server's log says why.");
  if (mail === "held_back") terminal.tell("No mail was sent: the account has mailed its share of this hour.");
};

const emailMissing = ({ given, terminal }: CommandCall): Exit => {
  terminal.tell(`carom users ${given.positional(0)}: <email> is missing; \`carom users\` lists them`);
  return "usage";
};

const placeOf = ({ id, account_id }: UserWire) => ({ params: { id }, query: { account_id } });

/** Whoever has the email given, in the account given; or how the command ends without. */
const namedUser = async (call: CommandCall, connection: ServerConnection): Promise<UserWire | Exit> => {
  const email = call.given.positional(1);
  if (email === null) return emailMissing(call);
  const people = await members(call, connection);
  if (!Array.isArray(people)) return people;
  const named = people.filter((user) => user.email === sameEmail(email) || user.id === email);
  const [user] = named;
  if (user === undefined) {
    const emails = people.map((one) => one.email);
    call.terminal.tell(`carom users: there is nobody with the email ${email}${didYouMean(email, emails)}`);
    return "failed";
  }
  if (named.length > 1) {
    const accounts = named.map(({ account_id }) => account_id).join(", ");
    call.terminal.tell(`carom users: ${email} is in ${accounts}; say which with --account`);
    return "usage";
  }
  return user;
};

const members = async (call: CommandCall, connection: ServerConnection): Promise<UserWire[] | Exit> => {
  const account = call.given.text("account");
  const query = account === null ? {} : { account_id: account };
  const answer = await callRoute(connection, userRoutes.listUsers, { query });
  return answer.kind === "refused" ? tellProblem(call.terminal, answer.problem) : [...answer.answer.data];
};
