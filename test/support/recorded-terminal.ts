import { Readable } from "node:stream";
import type { Terminal } from "#src/cli/terminal.ts";

/** A terminal that nobody looks at: plain, not live, and everything printed is kept. */
export type RecordedTerminal = Terminal & {
  /** Standard output, line by line. */
  readonly printed: readonly string[];
  /** Standard error, line by line. */
  readonly told: readonly string[];
};

export const recordedTerminal = (input = ""): RecordedTerminal => {
  const printed: string[] = [];
  const told: string[] = [];
  return {
    stdin: Readable.from(input === "" ? [] : [Buffer.from(input)]),
    print: (line) => printed.push(line),
    tell: (line) => told.push(line),
    redraw: () => {},
    isLive: false,
    columns: 100,
    paint: (_style, text) => text,
    printed,
    told,
  };
};
