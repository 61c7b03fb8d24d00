import { startChild } from "./child.ts";

/** What a folder holds before its server starts. */
export type Filling = {
  /** Postbacks that wait for a retry an hour and more from now, of so many apps in turn. */
  readonly waiting?: number;
  readonly apps?: number;
  readonly installs?: number;
  /** Events that were delivered, evenly over so many days before now. */
  readonly history?: number;
  readonly historyDays?: number;
  /** Their customer_user_ids are of so many people in turn; by default they have none. */
  readonly users?: number;
  /** Events of now whose event_id is a random UUID, mapped by nobody. */
  readonly known?: number;
};

/** Fills the folder of a server that does not run, through the store itself. */
export const fillFolder = async (folder: string, filling: Filling): Promise<void> => {
  const child = startChild("./fill-process.ts", [folder, JSON.stringify(filling)]);
  await child.hear("filled");
  await child.end();
};
