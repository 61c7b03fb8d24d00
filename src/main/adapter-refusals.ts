import { FolderOwned, FolderUnusable } from "#src/adapters/sqlite/folder-lock.ts";
import { SchemaNewer } from "#src/adapters/sqlite/migrations.ts";
import { EncryptionKeyProblem } from "#src/adapters/system/encryption-key.ts";
import { StartRefused } from "./start-refused.ts";

/** What the adapters refuse with words of their own, as one kind; everything else stays as it is. */
export const asStartRefused = (error: unknown): unknown => {
  if (error instanceof FolderOwned || error instanceof FolderUnusable || error instanceof SchemaNewer)
    return new StartRefused(error.message, { cause: error });
  if (error instanceof EncryptionKeyProblem) {
    const why = error.cause instanceof Error ? ` (${error.cause.message})` : "";
    return new StartRefused(`${error.message}${why}`, { cause: error });
  }
  return error;
};
