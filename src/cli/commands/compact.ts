import type { RunCommand } from "#src/cli/command.ts";
import { dataFolder } from "#src/cli/server-connection.ts";
import { compactData } from "#src/main/compact-data.ts";

export const runCompact: RunCommand = async ({ given, terminal, environment }) => {
  const folder = dataFolder(environment, given.text("data"));
  const done = await compactData(folder);
  if (done.kind === "refused") {
    terminal.tell(`${terminal.paint("bad", "error")}  ${done.message}`);
    return "failed";
  }
  const { before, after } = done;
  if (given.flag("json")) terminal.print(JSON.stringify({ folder, bytes_before: before, bytes_after: after }));
  else terminal.print(`${folder}/data.db: ${mebibytes(before)} MiB before, ${mebibytes(after)} MiB now.`);
  return "ok";
};

const mebibytes = (bytes: number): string => (bytes / 1_048_576).toFixed(1);
