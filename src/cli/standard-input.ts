import { createInterface } from "node:readline/promises";
import { type Readable, Writable } from "node:stream";
import type { Terminal } from "./terminal.ts";

const charactersMax = 64 * 1024 * 1024;

/** A whole stream as text, to a limit. */
export const readStream = async (stream: Readable): Promise<string> => {
  let text = "";
  stream.setEncoding("utf8");
  for await (const chunk of stream) {
    text += String(chunk);
    if (text.length > charactersMax) throw new Error("standard input is larger than 64 MiB");
  }
  return text;
};

/** Asks a person; where nobody can answer, the answer is no. */
export const confirm = async (terminal: Terminal, question: string, interrupted: AbortSignal): Promise<boolean> => {
  if (terminal.stdin.isTTY !== true || !terminal.isLive) return false;
  const lines = createInterface({ input: terminal.stdin, output: process.stderr });
  try {
    const answer = await lines.question(`${question} [y/N] `, { signal: interrupted });
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    lines.close();
  }
};

/** One line that is not shown while it is typed. */
export const readSecretLine = async (terminal: Terminal, prompt: string): Promise<string> => {
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: terminal.stdin, output: silent, terminal: true });
  terminal.redraw(prompt);
  try {
    return await lines.question("");
  } finally {
    lines.close();
    terminal.redraw("");
  }
};
