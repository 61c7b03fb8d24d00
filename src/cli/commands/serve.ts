import type { CommandCall, RunCommand } from "#src/cli/command.ts";
import { type ConfigOverrides, readConfig } from "#src/main/config.ts";
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
  // Loaded only now: nothing that a start does not need may come before it.
  const { greetOperator } = await import("#src/cli/greeting.ts");
  await greetOperator(terminal, config);
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
