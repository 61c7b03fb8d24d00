import { spawnSync } from "node:child_process";
import { existsSync, rmSync, statfsSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "./carom-process.ts";

/** A file system of a few MiB, and a filler that leaves as little of it free as asked for. */
export type SmallDisk = {
  readonly path: string;
  readonly freeBytes: () => number;
  readonly fillUntilFree: (bytes: number) => void;
  readonly empty: () => void;
  readonly remove: () => void;
};

/** Who else writes to the disk meanwhile may have taken the last of it: it is as full as was asked for. */
const fill = (path: string, bytes: number): void => {
  try {
    writeFileSync(path, Buffer.alloc(bytes));
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOSPC")) throw error;
  }
};

/** False where this process may mount one, else why a test was left out. */
export const cannotMount = (what: string): string | false => {
  const disk = mountSmallDisk(1);
  disk?.remove();
  return disk === null ? `this process may not mount a small file system: ${what} was NOT tried` : false;
};

/** Null where this process may not mount. */
export const mountSmallDisk = (mebibytes: number): SmallDisk | null => {
  const folder = temporaryFolder();
  if (spawnSync("mount", ["-t", "tmpfs", "-o", `size=${mebibytes}m`, "tmpfs", folder.path]).status !== 0) {
    folder.remove();
    return null;
  }
  const filler = join(folder.path, "filler");
  const freeBytes = (): number => {
    const { bavail, bsize } = statfsSync(folder.path);
    return bavail * bsize;
  };
  return {
    path: folder.path,
    freeBytes,
    fillUntilFree: (bytes) => {
      rmSync(filler, { force: true });
      fill(filler, Math.max(0, freeBytes() - bytes));
    },
    empty: () => {
      if (existsSync(filler)) truncateSync(filler);
    },
    remove: () => {
      spawnSync("umount", [folder.path]);
      folder.remove();
    },
  };
};
