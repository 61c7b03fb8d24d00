import process from "node:process";
import { setFlagsFromString } from "node:v8";
import { collectSoon } from "#src/adapters/sqlite/collect-soon.ts";
import type { Clock } from "#src/ports/clock.ts";

/**
 * Has V8 give back what a burst of events left in its heaps. V8 keeps a heap at the size that it had
 * while much was allocated, until it collects again, and where nothing is allocated any more it never
 * does. So where the process has been quiet for a while, V8 is told to save memory: its memory reducer
 * then collects in small steps, and gives back what is free. With the first work it goes on as before.
 *
 *   fast     the heaps grow as V8 likes it; quiet for `quietLooks` looks → thrifty
 *   thrifty  `--memory-saver-mode`; one look that is not quiet → fast
 *
 * The reducer is done after two collections, until the heap has grown by a tenth when V8 collects it next: in a lull
 * of a burst it may be done before most garbage is there. So while it stays quiet a collection is asked for, the rarer the longer.
 */

/** V8 waits 30 s after a burst, and 8 s more for each try. What is quiet is judged here, and sooner. */
const reducerDelayMs = 1_000;

const lookEveryMs = 500;
/** Below this nothing is under way that would miss a fast collector. */
const quietShare = 0.05;
/** Looks in a row that must find it quiet: a pause between two bursts is none. */
const quietLooks = 4;
/** Quiet looks before the first collection that is asked for, and how many times as many before each that follows. */
const firstCollectionLooks = 6;
const collectionFactor = 4;

export type ThriftOptions = {
  readonly clock: Clock;
  /** Share of the time since it was last asked that the main thread was at work. */
  readonly busyShare: () => number;
  readonly v8: V8Memory;
};

/** What is told to V8, for all threads of the process. */
export type V8Memory = {
  /** How long its memory reducer waits after a collection, and after a try that came too early. */
  readonly setReducerDelay: (delayMs: number) => void;
  readonly setSaving: (isOn: boolean) => void;
  /** Of the calling thread alone. */
  readonly collectSoon: () => void;
};

/**
 * To be called before any thread is started: a heap of which V8 waits already is waited for as before. So
 * it is with main's own, which V8 leaves alone for the first half minute of the process.
 * Answers what ends it.
 */
export const saveMemoryWhenQuiet = ({ clock, busyShare, v8 }: ThriftOptions): (() => void) => {
  v8.setReducerDelay(reducerDelayMs);
  let quiet = 0;
  let collectionLooks = firstCollectionLooks;
  const look = (): void => {
    const wasThrifty = quiet >= quietLooks;
    quiet = busyShare() < quietShare ? quiet + 1 : 0;
    const isThrifty = quiet >= quietLooks;
    if (isThrifty !== wasThrifty) v8.setSaving(isThrifty);
    if (quiet === 0) collectionLooks = firstCollectionLooks;
    if (quiet === collectionLooks) {
      collectionLooks *= collectionFactor;
      v8.collectSoon();
    }
    cancelTimer = clock.after(lookEveryMs, look);
  };
  let cancelTimer = clock.after(lookEveryMs, look);
  return () => {
    cancelTimer();
    v8.setSaving(false);
  };
};

export const v8Memory: V8Memory = {
  setReducerDelay: (delayMs) => {
    setFlag(`--memory-reducer-delay-ms=${delayMs}`);
    setFlag(`--gc-memory-reducer-start-delay-ms=${delayMs}`);
  },
  setSaving: (isOn) => setFlag(isOn ? "--memory-saver-mode" : "--no-memory-saver-mode"),
  collectSoon,
};

/** Those of Node 26. An older V8 may not know them, and would say so on the error output. */
const setFlag = (flag: string): void => {
  if (Number(process.versions.v8.split(".")[0]) >= 14) setFlagsFromString(flag);
};

/** Of the thread that calls it, by its CPU: on a machine that is busy with other things it may still be quiet. */
export const threadBusyShare = (clock: Clock): (() => number) => {
  let cpuBefore = process.threadCpuUsage();
  let before = clock.monotonic();
  return () => {
    const { user, system } = process.threadCpuUsage(cpuBefore);
    const now = clock.monotonic();
    const share = (user + system) / ((now - before) * 1_000);
    cpuBefore = process.threadCpuUsage();
    before = now;
    return share;
  };
};
