import { collectSoon } from "./collect-soon.ts";

/** Without any for so long a thread is at rest. */
const restMs = 3_000;
/** What is asked now and then leaves no garbage that is worth looking for. */
const turnsMin = 500;

/** To be called at each turn of work. When a thread has worked much and is at rest, its garbage is collected: see decision 0016. */
export const collectAfterWork = (): (() => void) => {
  let turns = 0;
  const timer = setTimeout(() => {
    if (turns < turnsMin) return;
    turns = 0;
    collectSoon();
  }, restMs);
  timer.unref();
  return () => {
    turns += 1;
    timer.refresh();
  };
};
