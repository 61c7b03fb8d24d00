import { existsSync, mkdirSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { localSocketPath, socketPathBytesMax } from "./local-socket.ts";
import { StartRefused } from "./start-refused.ts";

/** Makes the folder where it is missing, for its owner only, and refuses one that cannot hold the socket. */
export const prepareFolder = (folder: string): void => {
  const socketBytes = Buffer.byteLength(localSocketPath(folder));
  if (socketBytes > socketPathBytesMax && process.platform !== "win32") {
    throw new StartRefused(
      `the path of the data folder ${resolve(folder)} is too long for the socket in it (${socketBytes} bytes, at most ${socketPathBytesMax}): choose a shorter CAROM_DATA`,
    );
  }
  try {
    makeFolder(resolve(folder));
  } catch (error) {
    throw new StartRefused(`the data folder ${resolve(folder)} cannot be made: choose another CAROM_DATA`, {
      cause: error,
    });
  }
};

/** Step by step: `mkdirSync` with `recursive` never returns where a parent takes no folders, as in /proc. */
const makeFolder = (path: string): void => {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  mkdirSync(path, { mode: 0o700 });
};
