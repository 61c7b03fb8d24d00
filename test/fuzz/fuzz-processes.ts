import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { FuzzResult, runFuzz } from "./fuzz-run.ts";

export type FuzzPart = Omit<FuzzResult, "findings"> & {
  /** In words: an error does not travel whole. */
  readonly findings: readonly string[];
};

type Message =
  | { readonly kind: "progress"; readonly text: string }
  | { readonly kind: "played"; readonly result: FuzzPart };

type Run = Omit<Parameters<typeof runFuzz>[0], "tell">;

/**
 * Plays the run in as many processes, each with its own piece of the seeds and worlds of its own. A request takes nothing
 * but processor, so that more of them in flight in one process would not be done sooner.
 */
export const runFuzzInProcesses = async (
  { firstSeed, requests, ...run }: Run,
  { processes, tell }: { readonly processes: number; readonly tell: (text: string) => void },
): Promise<readonly FuzzPart[]> => {
  // Whole worlds, so that a run in more processes leaves no small ones behind.
  const share = Math.ceil(requests / processes / run.worldRequests) * run.worldRequests;
  const starts = Array.from({ length: processes }, (_, index) => index * share).filter((from) => from < requests);
  return Promise.all(
    starts.map((from, index) =>
      play({ ...run, firstSeed: firstSeed + from, requests: Math.min(share, requests - from) }, (text) =>
        tell(`${index + 1}: ${text}`),
      ),
    ),
  );
};

const play = (run: Run, tell: (text: string) => void): Promise<FuzzPart> =>
  new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(new URL("./fuzz-process.ts", import.meta.url)), [JSON.stringify(run)], {
      execArgv: [`--max-semi-space-size=${youngMib}`],
      serialization: "advanced",
    });
    child.on("message", (message: Message) => {
      if (message.kind === "progress") tell(message.text);
      else resolve(message.result);
    });
    child.once("error", reject);
    child.once("exit", (code, signal) =>
      reject(new Error(`the process from seed ${run.firstSeed} on ended with ${signal ?? code}, and told nothing`)),
    );
    process.once("exit", () => child.kill("SIGKILL"));
  });

/** Most of what a request makes is garbage a moment later: with room for it, little of it is looked at twice. */
const youngMib = 32;
