import { existsSync, readFileSync } from "node:fs";

/** Mebibytes that a process has in memory now, and at its most; NaN where there is no /proc. */
export const readMemory = (pid: number): { readonly rssMib: number; readonly peakMib: number } => {
  const path = `/proc/${pid}/status`;
  const status = existsSync(path) ? readFileSync(path, "utf8") : "";
  const kib = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(status)?.[1] ?? Number.NaN);
  return { rssMib: kib("VmRSS") / 1024, peakMib: kib("VmHWM") / 1024 };
};
