import type { CommandClock } from "./command.ts";
import { waitFor } from "./waiting.ts";

const lookEveryMs = 100;
/** A server that was called a moment ago may not have its folder yet. */
const unownedRoundsMax = 30;
/** A first start makes every file; one after a crash recovers before it listens. */
const ownedRoundsMax = 300;

export type Patience = { readonly clock: CommandClock; readonly interrupted: AbortSignal };

/**
 * Asks again while the server of a folder is on its way: `carom serve &` and the next command on one line. Only a
 * request that nobody was there to hear is repeated.
 */
export const askStartingServer = async <Answer>(
  folder: string,
  ask: () => Promise<Answer>,
  { clock, interrupted }: Patience,
): Promise<Answer> => {
  let unowned = 0;
  for (let round = 0; round < ownedRoundsMax && unowned < unownedRoundsMax; round += 1) {
    try {
      return await ask();
    } catch (error) {
      if (!isNobodyThere(error) || interrupted.aborted) throw error;
      // Loaded here only: a command whose server is there has no use for it.
      const { isFolderOwned } = await import("#src/main/folder-owner.ts");
      unowned = isFolderOwned(folder) ? 0 : unowned + 1;
      await waitFor(clock, lookEveryMs, interrupted);
    }
  }
  return ask();
};

const isNobodyThere = (error: unknown): boolean =>
  error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ECONNREFUSED");
