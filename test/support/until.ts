import { setTimeout as delay } from "node:timers/promises";

/** Asks again until the answer is there; gives up, saying what never came, long after anything healthy would have. */
export const until = async <Value>(
  what: string,
  ask: () => Value | undefined | false | Promise<Value | undefined | false>,
  patienceMs = 60_000,
): Promise<Value> => {
  const givenUpAt = performance.now() + patienceMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (performance.now() > givenUpAt) throw new Error(`never came: ${what}`);
    await delay(20);
  }
};
