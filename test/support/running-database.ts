import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** Looks at the data of a server that runs: a copy of its files would be of several moments. Not where it may be gone. */
export const readRunning = <Found>(folder: string, read: (database: DatabaseSync) => Found): Found => {
  const database = new DatabaseSync(join(folder, "data.db"), { readOnly: true, timeout: 5_000 });
  try {
    return read(database);
  } finally {
    database.close();
  }
};
