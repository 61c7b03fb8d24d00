import { existsSync, readdirSync, readFileSync } from "node:fs";

/** Microseconds of CPU that the threads of a process have taken, by their names; empty where there is no /proc. */
export type ThreadCpu = ReadonlyMap<string, number>;

/** Linux counts them in hundredths of a second. */
const usPerTick = 10_000;

export const readThreadCpu = (pid: number): ThreadCpu => {
  const tasks = `/proc/${pid}/task`;
  const taken = new Map<string, number>();
  if (!existsSync(tasks)) return taken;
  for (const task of readdirSync(tasks)) {
    const stat = readFileSync(`${tasks}/${task}/stat`, "utf8");
    const name = stat.slice(stat.indexOf("(") + 1, stat.lastIndexOf(")"));
    // After the name: state, parent, …; user and system time are the 12th and 13th of them.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const us = (Number(fields[11]) + Number(fields[12])) * usPerTick;
    taken.set(name, (taken.get(name) ?? 0) + us);
  }
  return taken;
};

/** What was taken between two looks, for each of `count` things done meanwhile. */
export const cpuForEach = (before: ThreadCpu, after: ThreadCpu, count: number): ThreadCpu =>
  new Map([...after].map(([name, us]) => [name, (us - (before.get(name) ?? 0)) / count]));
