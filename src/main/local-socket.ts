import { createHash } from "node:crypto";
import { join, resolve } from "node:path";

/** The longest path of a Unix socket: 108 bytes on Linux and 104 on macOS, the closing zero included. */
export const socketPathBytesMax = 103;

/** Where the command line meets the server of a data folder: a socket inside it, or on Windows a pipe named after it. */
export const localSocketPath = (folder: string): string => {
  const absolute = resolve(folder);
  if (process.platform !== "win32") return join(absolute, "carom.sock");
  return `\\\\.\\pipe\\carom-${createHash("sha256").update(absolute).digest("hex").slice(0, 32)}`;
};
