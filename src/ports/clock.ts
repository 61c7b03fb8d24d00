/** Time is an argument. Only `adapters/system` reads a real clock; tests turn theirs by hand. */
export type Clock = {
  /** Epoch milliseconds, UTC. It may jump, forward and back. */
  readonly now: () => number;
  /** Milliseconds that never go back, for durations and deadlines inside one process. */
  readonly monotonic: () => number;
  /** Calls back once after the delay; the answer cancels it. A turned clock calls back when it is turned past. */
  readonly after: (delayMs: number, run: () => void) => () => void;
};
