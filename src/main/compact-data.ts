import { readCompactDue } from "#src/adapters/sqlite/compact-due.ts";
import { compactFolder, NotCompacted } from "#src/adapters/sqlite/compact-folder.ts";
import { FolderOwned, FolderUnusable } from "#src/adapters/sqlite/folder-lock.ts";

/** Why copies of what was erased may stay in the folder's `data.db`; null where none do. */
export const compactionDue = (folder: string): string | null => readCompactDue(folder);

/** Sizes of `data.db` in bytes; or why it is left as it is, and what to do. */
export const compactData = async (
  folder: string,
): Promise<
  | { readonly kind: "compacted"; readonly before: number; readonly after: number }
  | { readonly kind: "refused"; readonly message: string }
> => {
  try {
    return { kind: "compacted", ...(await compactFolder(folder)) };
  } catch (error) {
    if (error instanceof FolderOwned)
      return { kind: "refused", message: `a server has ${folder}: stop it first, for as long as this takes` };
    if (error instanceof NotCompacted || error instanceof FolderUnusable)
      return { kind: "refused", message: error.message };
    throw error;
  }
};
