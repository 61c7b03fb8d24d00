import { type Child, startChild } from "./child.ts";

export type Load = {
  readonly url: string;
  readonly key: string;
  readonly count: number;
  /** The number of its first event, as the receiver answers it; left out where nobody hears them. */
  readonly first?: number;
  readonly batch: number;
  readonly connections: number;
  readonly ids: "none" | "random" | "ordered";
  readonly name: string;
  /** Events a second, in requests of `batch`; null: as fast as they are acknowledged. */
  readonly ratePerSecond: number | null;
  /** Events go to the partners `p0`, `p1`, … in turn; left out: all to one. */
  readonly partners?: number;
  /** So many people in turn; left out: events name nobody. */
  readonly users?: number;
  /** Events go to so many apps in turn, see `appOf`; by default to one. */
  readonly apps?: number;
  /** Of each app so many event names and partners of the bench's catalog in turn, see `mappedName` and `partnerOf`; by default one. */
  readonly varied?: { readonly names: number; readonly partners: number };
  /** Another server, to which every second so many events of an open loop go: both meet the same weather. */
  readonly inTurns?: { readonly url: string; readonly key: string; readonly events: number };
  /** Each event is of one of so many install records, see `installOf`; by default of none. */
  readonly installs?: number;
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
