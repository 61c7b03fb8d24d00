import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { endServer, spawnServer, type TemporaryServer } from "./temporary-server.ts";

/** Words for whoever has none; null when it is there. */
export const redisMissing = (): string | null =>
  spawnSync("redis-server", ["--version"]).status === 0
    ? null
    : "there is no redis-server; Debian and Ubuntu: apt-get install redis-server";

/** A Redis that writes every command to disk before it answers, and does nothing else in the background. */
export const startRedis = async (): Promise<TemporaryServer> => {
  const folder = mkdtempSync(join(tmpdir(), "carom-bench-redis-"));
  const address = join(folder, "redis.sock");
  const settings = { port: "0", unixsocket: address, dir: folder, appendonly: "yes", appendfsync: "always", save: "" };
  const argv = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
  const child = await spawnServer(["redis-server", ...argv], /ready to accept connections/i);
  return {
    address,
    pid: child.pid ?? 0,
    version: `Redis ${/v=([\d.]+)/.exec(spawnSync("redis-server", ["--version"]).stdout.toString())?.[1]}`,
    end: async () => {
      await endServer(child, "SIGTERM");
      rmSync(folder, { recursive: true, force: true });
    },
  };
};
