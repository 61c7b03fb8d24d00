import { mkdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "../../test/support/carom-process.ts";
import { type Filling, fillFolder } from "./fill.ts";

/** Names the variable by which `--kept` reaches the process of a row. */
export const keptVariable = "CAROM_BENCH_KEPT";

export type FilledFolder = {
  readonly path: string;
  /** Fills it, unless an earlier run did within the hour. */
  readonly fill: () => Promise<void>;
  readonly remove: () => void;
};

/**
 * A folder for a server that holds the filling before it starts. Where folders are kept, one with much in it
 * stays for the next run, with what that one adds: ten million rows are filled in once.
 */
export const filledFolder = (filling: Filling): FilledFolder => {
  const kept = process.env[keptVariable];
  const isMuch = Math.max(0, ...Object.values(filling)) >= keptFrom;
  return kept !== undefined && isMuch ? keptFolder(kept, filling) : goneAtTheEnd(filling);
};

const keptFrom = 1_000_000;
/** What waits in it is due from an hour on; beyond that it would be another filling. */
const keptForMs = 50 * 60_000;

const goneAtTheEnd = (filling: Filling): FilledFolder => {
  const { path, remove } = temporaryFolder();
  return { path, fill: () => fillFolder(path, filling), remove };
};

const keptFolder = (parent: string, filling: Filling): FilledFolder => {
  const name = Object.entries(filling).flatMap(([of, size]) => [of, String(size)]);
  const path = join(parent, name.join("-"));
  const mark = `${path}.filled`;
  return {
    path,
    fill: async () => {
      const filledAt = statSync(mark, { throwIfNoEntry: false })?.mtimeMs ?? 0;
      if (Date.now() - filledAt < keptForMs) return;
      for (const old of [mark, path]) rmSync(old, { recursive: true, force: true });
      mkdirSync(path, { recursive: true });
      await fillFolder(path, filling);
      writeFileSync(mark, "");
    },
    remove: () => {},
  };
};
