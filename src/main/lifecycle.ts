import type { Log } from "./log.ts";

export type Supervised = {
  /** Stops taking, lets what is in flight finish within the grace, releases the rest. */
  readonly close: () => Promise<void>;
  /** Resolves where a part that nothing goes on without has ended by itself. */
  readonly died: Promise<Error>;
};

/**
 * Keeps a server until it is told to end. Answers `stopped` after an orderly end, and `crashed`
 * after an error that nobody caught, or when the storage has died: then the state of the process is
 * unknown, or nothing more can be written, so it ends, and the next one recovers from what is durable.
 */
export const superviseServer = async (supervision: {
  readonly server: Supervised;
  readonly interrupted: AbortSignal;
  readonly log: Log;
  readonly process: NodeJS.EventEmitter;
  readonly graceMs: number;
  /** Calls back once after the delay, even when nothing else keeps the process alive. */
  readonly after: (delayMs: number, run: () => void) => () => void;
}): Promise<"stopped" | "crashed"> => {
  const { server, interrupted, log, graceMs } = supervision;
  const crash = crashOf(supervision.process);
  const why = await Promise.race([crash, server.died, aborted(interrupted)]);
  if (why === null) log.info({ graceMs }, "stopping: nothing more is taken");
  else log.fatal({ err: why }, "this process cannot go on and ends; what it had accepted is durable");
  const closed = server.close().then(
    () => true,
    (error: unknown) => {
      log.error({ err: error }, "the server could not end in order; the next start recovers");
      return false;
    },
  );
  const isInOrder = await withinTime(closed, graceMs + closingMsMax, supervision.after);
  if (isInOrder === "expired") log.error({}, "the server did not end in time; the next start recovers");
  if (why === null && isInOrder === true) log.info({}, "stopped");
  return why === null && isInOrder === true ? "stopped" : "crashed";
};

/** For what follows the grace: the last commit, and closing files. */
const closingMsMax = 5_000;

const crashOf = (process: NodeJS.EventEmitter): Promise<unknown> =>
  new Promise((resolve) => {
    process.on("uncaughtException", resolve);
    process.on("unhandledRejection", resolve);
  });

const aborted = (signal: AbortSignal): Promise<null> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve(null);
    signal.addEventListener("abort", () => resolve(null), { once: true });
  });

/** The timer goes with the answer: left behind, it would keep the process. */
const withinTime = <Answer>(
  answer: Promise<Answer>,
  delayMs: number,
  after: (delayMs: number, run: () => void) => () => void,
): Promise<Answer | "expired"> =>
  new Promise((resolve, reject) => {
    const cancel = after(delayMs, () => resolve("expired"));
    answer.then(resolve, reject).finally(cancel);
  });
