import { readFileSync } from "node:fs";
import { type Profiler, Session } from "node:inspector/promises";
import { fileURLToPath } from "node:url";

/** Which characters of which sources have run at least once, by the address of their file. */
type Reached = Map<string, Uint8Array>;

/** Lines, by file. */
export type Lines = ReadonlyMap<string, readonly number[]>;

export type ReachWatch = {
  /** Takes what has run since the last look. A collection of garbage loses what was not looked at. */
  readonly look: () => Promise<void>;
  readonly unreached: () => Lines;
};

const watched = /\/src\/(?:core|http|contract|engine\/accept)\/(?!.*\.test\.ts$)/;

/** Watches the sources that requests go through in this process, by V8's counts of blocks. Slow: for a look at the grammar. */
export const watchReach = async (): Promise<ReachWatch> => {
  const reached: Reached = new Map();
  const session = new Session();
  session.connect();
  await session.post("Profiler.enable");
  await session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });
  return {
    look: async () => {
      const { result } = await session.post("Profiler.takePreciseCoverage");
      for (const script of result) if (watched.test(script.url)) addReached(reached, script);
    },
    unreached: () => new Map([...reached].map(([url, marks]) => [url, unreachedLines(sourceOf(url), marks)])),
  };
};

const sourceOf = (url: string): string => readFileSync(fileURLToPath(url), "utf8");

/** Ranges stand in each other: what is inside counts for itself. */
const addReached = (reached: Reached, { url, functions }: Profiler.ScriptCoverage): void => {
  const marks = reached.get(url) ?? new Uint8Array(sourceOf(url).length);
  reached.set(url, marks);
  const now = new Uint8Array(marks.length);
  const ranges = functions.flatMap((one) => one.ranges);
  const outermostFirst = ranges.toSorted((a, b) => a.startOffset - b.startOffset || b.endOffset - a.endOffset);
  for (const { startOffset, endOffset, count } of outermostFirst) now.fill(count > 0 ? 1 : 0, startOffset, endOffset);
  for (const [place, mark] of now.entries()) if (mark === 1) marks[place] = 1;
};

/** Lines with something to run, of which nothing ran. */
const unreachedLines = (source: string, marks: Uint8Array): readonly number[] => {
  const lines: number[] = [];
  let start = 0;
  for (const [index, line] of source.split("\n").entries()) {
    const first = start + line.search(/\S/);
    const isCode = /\w/.test(line) && !/^\s*(?:\/\/|\/?\*|import |export type |type |readonly )/.test(line);
    if (isCode && marks.subarray(first, start + line.length).every((mark) => mark === 0)) lines.push(index + 1);
    start += line.length + 1;
  }
  return lines;
};
