import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** URLs of the postbacks whose delivery is durable in the folder of a server that is no more. */
export const durablyDelivered = (folder: string): readonly URL[] => {
  const database = new DatabaseSync(join(folder, "data.db"));
  const urls = database
    .prepare("SELECT url FROM ending JOIN postback ON postback.sequence = ending.postback WHERE ending.state = 0")
    .all();
  database.close();
  return urls.map(({ url }) => new URL(String(url)));
};
