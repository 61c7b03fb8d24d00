import { callRoute } from "#src/cli/call-route.ts";
import type { CommandCall, RunCommand } from "#src/cli/command.ts";
import { connectByFolder } from "#src/cli/server-connection.ts";
import type { Terminal } from "#src/cli/terminal.ts";
import { keyRoutes } from "#src/contract/keys-contract.ts";
import { type Config, type ConfigOverrides, readConfig } from "#src/main/config.ts";
import { superviseServer } from "#src/main/lifecycle.ts";
import { openLog } from "#src/main/log.ts";
import { startStandalone } from "#src/main/standalone.ts";

export const runServe: RunCommand = async (call) => {
  const { terminal, environment, interrupted, clock } = call;
  const reading = readConfig(environment, overridesOf(call));
  if (reading.kind === "refused") {
    for (const problem of reading.problems) terminal.tell(`${terminal.paint("bad", "error")}  ${problem}`);
    return "usage";
  }
  const { config, warnings } = reading;
  const log = openLog({ level: config.logLevel, format: config.logFormat, output: process.stdout });
  for (const warning of warnings) log.warn({}, warning);
  const server = await startStandalone({ config, log });
  await greet(terminal, config);
  const end = await superviseServer({
    server,
    interrupted,
    log,
    process,
    graceMs: config.shutdownGraceSeconds * 1000,
    after: clock.after,
  });
  return end === "stopped" ? "ok" : "failed";
};

const overridesOf = ({ given }: CommandCall): ConfigOverrides => {
  const named = {
    data: given.text("data"),
    port: given.text("port"),
    host: given.text("host"),
    logLevel: given.text("log-level"),
  };
  return Object.fromEntries(Object.entries(named).filter(([, value]) => value !== null));
};

/** A new server has no keys: says where the first one comes from. */
const greet = async (terminal: Terminal, config: Config): Promise<void> => {
  const connection = connectByFolder(config.data, new AbortController().signal);
  try {
    const keys = await callRoute(connection, keyRoutes.listKeys);
    if (keys.kind === "refused" || keys.answer.data.length > 0) return;
    const folder = config.data === "./data" ? "" : ` --data ${config.data}`;
    terminal.tell("");
    terminal.tell("  This server is new. From another terminal on this machine, no key needed:");
    terminal.tell("");
    terminal.tell(`    npx carom apply examples/quickstart.yaml${folder}`);
    terminal.tell(`    npx carom keys add --kind management --name admin${folder}`);
    terminal.tell("");
  } finally {
    connection.close();
  }
};
