import { accessSync, closeSync, constants, fdatasyncSync, openSync, rmSync, statSync, writeSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import type { CommandClock } from "#src/cli/command.ts";
import { compactionDue } from "#src/main/compact-data.ts";
import { localSocketPath, socketPathBytesMax } from "#src/main/local-socket.ts";
import type { Finding } from "./finding.ts";

const syncRounds = 20;
const slowSyncMs = 20;

export const examineFolder = (folder: string): readonly Finding[] => {
  const found = statSync(folder, { throwIfNoEntry: false });
  const where = resolve(folder);
  const findings: Finding[] = [];
  if (found === undefined)
    findings.push({ state: "note", subject: "folder", said: `${where} is not there yet; the first start makes it` });
  else if (!found.isDirectory()) findings.push({ state: "bad", subject: "folder", said: `${where} is not a folder` });
  else if (!canWrite(folder))
    findings.push({ state: "bad", subject: "folder", said: `${where} cannot be written to by this user` });
  else if (process.platform !== "win32" && (found.mode & 0o077) !== 0)
    findings.push({
      state: "note",
      subject: "folder",
      said: `${where} can be entered by others; chmod 700 keeps the events of people to its owner`,
    });
  else findings.push({ state: "good", subject: "folder", said: where });
  const due = compactionDue(folder);
  if (due !== null)
    findings.push({
      state: "note",
      subject: "erasure",
      said: `copies of what was erased may stay in data.db (${due}): stop the server and run \`carom compact\``,
    });
  const socketBytes = Buffer.byteLength(localSocketPath(folder));
  if (socketBytes > socketPathBytesMax)
    findings.push({
      state: "bad",
      subject: "folder",
      said: `its path is too long for a socket (${socketBytes} bytes, at most ${socketPathBytesMax}): choose a shorter one`,
    });
  return findings;
};

export const examineDisk = async (folder: string, reserveMebibytes: number): Promise<Finding> => {
  const { bavail, bsize } = await statfs(nearestFolder(folder));
  const freeMebibytes = Math.floor((bavail * bsize) / 1_048_576);
  const said = `${freeMebibytes.toLocaleString("en")} MiB free; intake refuses below ${reserveMebibytes.toLocaleString("en")} (CAROM_DISK_RESERVE_MEBIBYTES)`;
  return {
    state: freeMebibytes <= reserveMebibytes ? "bad" : freeMebibytes < 4 * reserveMebibytes ? "note" : "good",
    subject: "disk",
    said,
  };
};

/** Every acceptance waits for one of these: it is the floor of the latency. */
export const examineSync = (folder: string, clock: CommandClock): Finding => {
  const file = join(nearestFolder(folder), `.carom-doctor-${process.pid}`);
  try {
    const handle = openSync(file, "wx", 0o600);
    const block = Buffer.alloc(4096, 1);
    const times: number[] = [];
    for (let round = 0; round < syncRounds; round += 1) {
      writeSync(handle, block);
      const startedAt = clock.monotonic();
      fdatasyncSync(handle);
      times.push(clock.monotonic() - startedAt);
    }
    closeSync(handle);
    const median = times.toSorted((left, right) => left - right)[syncRounds / 2] ?? 0;
    const said = `a write is durable after ${median.toFixed(2)} ms (median of ${syncRounds})`;
    return {
      state: median > slowSyncMs ? "note" : "good",
      subject: "disk",
      said: median > slowSyncMs ? `${said}: slow, single events will take at least that long` : said,
    };
  } catch (error) {
    return {
      state: "bad",
      subject: "disk",
      said: `no file can be written there: ${error instanceof Error ? error.message : String(error)}`,
    };
  } finally {
    rmSync(file, { force: true });
  }
};

/** The folder, or what is there of the way to it. */
const nearestFolder = (folder: string): string => {
  let path = resolve(folder);
  while (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true && dirname(path) !== path)
    path = dirname(path);
  return path;
};

const canWrite = (folder: string): boolean => {
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
};
