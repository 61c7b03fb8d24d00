import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const majorMin = 24;

/**
 * Carom needs Node 24 (`node:sqlite`, TypeScript as it is). Where the running Node is older, the
 * pinned one that npm laid beside the packages takes over; answers its exit code, or null where
 * nothing needed to be replaced.
 */
export const replaceOldRuntime = (version: string, argv: readonly string[]): number | null => {
  if (Number(version.split(".")[0]) >= majorMin) return null;
  const pinned = fileURLToPath(new URL("../../node_modules/.bin/node", import.meta.url));
  if (!existsSync(pinned)) {
    process.stderr.write(
      `Carom needs Node ${majorMin} or newer, and this is ${version}. Run \`npm ci\` in its folder: it brings the right one.\n`,
    );
    return 1;
  }
  return spawnSync(pinned, argv.slice(1), { stdio: "inherit" }).status ?? 1;
};
