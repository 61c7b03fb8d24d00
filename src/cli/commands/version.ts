import type { RunCommand } from "#src/cli/command.ts";
import { caromVersion } from "#src/main/carom-version.ts";

export const runVersion: RunCommand = async ({ given, terminal }) => {
  const versions = { carom: caromVersion(), node: process.versions.node, sqlite: process.versions["sqlite"] ?? null };
  if (given.flag("json")) terminal.print(JSON.stringify(versions));
  else terminal.print(`carom ${versions.carom} on Node ${versions.node}`);
  return "ok";
};
