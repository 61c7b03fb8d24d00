import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";

/**
 * Takes the files of a folder out of the memory of the system, so that the next look at each page is a read of the
 * disk; what a process keeps itself it keeps. Nothing of the files is changed (GNU `dd` with `nocache` only gives advice).
 */
export const chillFolder = (folder: string): void => {
  for (const file of readdirSync(folder).filter((name) => name.endsWith(".db"))) {
    execFileSync("dd", [
      `of=${join(folder, file)}`,
      "oflag=nocache",
      "conv=notrunc,fdatasync",
      "count=0",
      "status=none",
    ]);
  }
};
