import { startChild } from "../support/child.ts";

export type SimulationTime = { readonly seconds: number; readonly deafMs: number };

/** A draft that changes every postback's content, over so many stored events on SQLite, half of which go to ten partners. */
export const measureSimulation = async (events: number): Promise<SimulationTime> => {
  const child = startChild("./simulation-process.ts", [String(events)]);
  const { seconds, deafMs } = await child.hear("done");
  await child.end();
  return { seconds: Number(seconds), deafMs: Number(deafMs) };
};
