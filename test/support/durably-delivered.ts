import type { DatabaseSync } from "node:sqlite";
import { readCopyOf } from "./copied-database.ts";
import { readRunning } from "./running-database.ts";

/** URLs of the postbacks whose delivery is durable in the folder of a server that is no more. */
export const durablyDelivered = (folder: string): readonly URL[] => readCopyOf(folder, deliveredIn);

/** The same of a server that runs. */
export const durablyDeliveredNow = (folder: string): readonly URL[] => readRunning(folder, deliveredIn);

const deliveredIn = (database: DatabaseSync): readonly URL[] =>
  database
    .prepare("SELECT url FROM ending JOIN postback ON postback.sequence = ending.postback WHERE ending.state = 0")
    .all()
    .map(({ url }) => new URL(String(url)));
