import type { Readable, Writable } from "node:stream";
import { styleText } from "node:util";

/** Where a command prints, and how: colours and bars only where a person looks. */
export type Terminal = {
  readonly stdin: Readable & { readonly isTTY?: boolean };
  /** Results. */
  readonly print: (line: string) => void;
  /** What went wrong, progress, advice: never mixed into results that a pipe reads. */
  readonly tell: (line: string) => void;
  /** Replaces the last line on standard error; only where `isLive`. */
  readonly redraw: (line: string) => void;
  readonly isLive: boolean;
  readonly columns: number;
  readonly paint: (style: Style, text: string) => string;
};

export type Style = "strong" | "faint" | "good" | "bad" | "warn" | "name";

const formats = {
  strong: "bold",
  faint: "gray",
  good: "green",
  bad: "red",
  warn: "yellow",
  name: "cyan",
} as const;

type Output = Writable & { readonly isTTY?: boolean; readonly columns?: number };

export const openTerminal = (streams: {
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: Output;
  readonly stderr: Output;
  readonly color: "never" | "always" | "where_seen";
}): Terminal => {
  const { stdin, stdout, stderr, color } = streams;
  const isPainted = color === "always" || (color === "where_seen" && stdout.isTTY === true);
  const isLive = stderr.isTTY === true;
  let isDrawn = false;
  const clear = (): void => {
    if (isDrawn) stderr.write("\r\u001b[2K");
    isDrawn = false;
  };
  return {
    stdin,
    print: (line) => {
      clear();
      stdout.write(`${line}\n`);
    },
    tell: (line) => {
      clear();
      stderr.write(`${line}\n`);
    },
    redraw: (line) => {
      if (!isLive) return;
      clear();
      stderr.write(line);
      isDrawn = line !== "";
    },
    isLive,
    columns: stdout.columns ?? 100,
    paint: (style, text) => (isPainted ? styleText(formats[style], text, { validateStream: false }) : text),
  };
};
