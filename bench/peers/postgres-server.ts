import { spawnSync } from "node:child_process";
import { chownSync, existsSync, globSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { endServer, spawnServer, type TemporaryServer } from "./temporary-server.ts";

/** The newest of the folders where Debian puts PostgreSQL's programs, or the one on the path. */
const binaries = (): string | null => {
  const folders = globSync("/usr/lib/postgresql/*/bin").toSorted(
    (a, b) => Number(b.split("/")[4]) - Number(a.split("/")[4]),
  );
  const onPath = spawnSync("pg_config", ["--bindir"]).stdout?.toString().trim() ?? "";
  return [...folders, onPath].find((folder) => existsSync(join(folder, "initdb"))) ?? null;
};

/** Words for whoever has none; null when it is there. */
export const postgresMissing = (): string | null =>
  binaries() === null ? "there is no PostgreSQL; Debian and Ubuntu: apt-get install postgresql" : null;

/** Memory and log as its documentation advises for a server of its own; a commit is on disk before it is answered. */
const settings = {
  listen_addresses: "",
  fsync: "on",
  synchronous_commit: "on",
  full_page_writes: "on",
  shared_buffers: "1GB",
  max_wal_size: "8GB",
  checkpoint_timeout: "30min",
  wal_buffers: "64MB",
  max_connections: "100",
};

export const startPostgres = async (): Promise<TemporaryServer> => {
  const folder = mkdtempSync(join(tmpdir(), "carom-bench-postgres-"));
  const data = join(folder, "data");
  const programs = binaries() ?? "";
  const asOwner = ownerPrefix(folder);
  const initdb = [...asOwner, join(programs, "initdb"), "-D", data, "-U", "carom", "-A", "trust", "-E", "UTF8"];
  const made = spawnSync(initdb[0] ?? "", initdb.slice(1));
  if (made.status !== 0) throw new Error(`initdb failed:\n${made.stderr}`);
  const flags = Object.entries({ ...settings, unix_socket_directories: folder }).flatMap(([name, value]) => [
    "-c",
    `${name}=${value}`,
  ]);
  const child = await spawnServer(
    [...asOwner, join(programs, "postgres"), "-D", data, ...flags],
    /ready to accept connections/,
  );
  return {
    address: `postgresql://carom@${encodeURIComponent(folder)}/postgres`,
    pid: child.pid ?? 0,
    version: spawnSync(join(programs, "postgres"), ["--version"]).stdout.toString().trim(),
    end: async () => {
      await endServer(child, "SIGINT");
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

/** PostgreSQL refuses to be run by root: then it is run by nobody, whose the folder is. */
const nobody = 65534;
const ownerPrefix = (folder: string): readonly string[] => {
  if (process.getuid?.() !== 0) return [];
  chownSync(folder, nobody, nobody);
  return ["setpriv", `--reuid=${nobody}`, `--regid=${nobody}`, "--clear-groups"];
};
