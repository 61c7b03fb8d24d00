import { readdirSync, readFileSync } from "node:fs";

/** Linux counts CPU in hundredths of a second. */
const usPerTick = 10_000;

type Taken = { readonly parent: number; readonly us: number };

/** Microseconds of CPU that these processes and all below them have taken; NaN where there is no /proc. */
export const readTreeCpu = (pids: readonly number[]): number => {
  const all = readProcesses();
  if (all.size === 0) return Number.NaN;
  const isBelow = (pid: number): boolean => {
    if (pids.includes(pid)) return true;
    const parent = all.get(pid)?.parent ?? 0;
    return parent > 1 && isBelow(parent);
  };
  return [...all].reduce((sum, [pid, { us }]) => (isBelow(pid) ? sum + us : sum), 0);
};

const readProcesses = (): ReadonlyMap<number, Taken> => {
  const taken = new Map<number, Taken>();
  for (const name of foldersOf("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const stat = readStat(name);
    // After the name: state, parent, …; user and system time, and those of ended children, are the 12th to 15th.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
    if (stat !== "") taken.set(Number(name), { parent: Number(fields[1]), us: ticks * usPerTick });
  }
  return taken;
};

const foldersOf = (path: string): readonly string[] => {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
};

/** Empty when it has just ended. */
const readStat = (pid: string): string => {
  try {
    return readFileSync(`/proc/${pid}/stat`, "utf8");
  } catch {
    return "";
  }
};
