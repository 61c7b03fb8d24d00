import { isFolderLocked } from "#src/adapters/sqlite/folder-lock.ts";

/** Whether a server has the folder, one that does not listen yet as well. */
export const isFolderOwned = (folder: string): boolean => isFolderLocked(folder);
