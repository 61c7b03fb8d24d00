import { type Child, startChild } from "./child.ts";

export type Load = {
  readonly url: string;
  readonly key: string;
  readonly count: number;
  readonly batch: number;
  readonly connections: number;
  readonly ids: "none" | "random" | "ordered";
  readonly name: string;
  readonly ratePerSecond: number | null;
};
export type LoadReport = {
  readonly acknowledged: number;
  readonly refused: number;
  readonly startedUs: number;
  readonly endedUs: number;
};

/** Runs one load in a process of its own, to its end. */
export const runLoad = async (load: Load): Promise<LoadReport> => {
  const child: Child = startChild("./load-process.ts");
  await child.hear("ready");
  child.tell(load);
  const done = await child.hear("done");
  await child.end();
  return done as unknown as LoadReport;
};
