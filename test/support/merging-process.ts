/** Opens the search file of a folder, writes what lacks and merges it, slice by slice, and ends when there is nothing left. */
import { openSearchFile } from "#src/adapters/sqlite/search-file.ts";
import { SearchIndex } from "#src/adapters/sqlite/search-index.ts";
import { logOfSeventySegments } from "./sparse-search-log.ts";

const [folder = ""] = process.argv.slice(2);
const file = openSearchFile(folder, { before: "here", now: "here" });
const index = new SearchIndex(file, logOfSeventySegments().source());
process.stdout.write("open\n");
while (index.follow() || index.mend());
index.close();
file.close();
