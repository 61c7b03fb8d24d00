import { readCopyOf } from "./copied-database.ts";

/** URLs of the postbacks whose delivery is durable in the folder of a server that is no more. */
export const durablyDelivered = (folder: string): readonly URL[] =>
  readCopyOf(folder, (database) =>
    database
      .prepare("SELECT url FROM ending JOIN postback ON postback.sequence = ending.postback WHERE ending.state = 0")
      .all(),
  ).map(({ url }) => new URL(String(url)));
