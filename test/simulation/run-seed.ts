import { seededChance } from "#test/support/seeded-chance.ts";
import { settleDown, takeStep } from "./steps.ts";
import { openWorld, type Sabotage, type World } from "./world.ts";

export type Run = {
  readonly seed: number;
  /** What happened, one line a step. */
  readonly trace: readonly string[];
  readonly violations: readonly string[];
  /** What there was to go wrong. */
  readonly counted: { readonly events: number; readonly postbacks: number; readonly attempts: number };
};

/** Plays one seed to its end, or to the first broken promise. The same seed plays the same run. */
export const runSeed = async (seed: number, steps: number, sabotage?: Sabotage): Promise<Run> => {
  const world = await openWorld(seededChance(seed), sabotage);
  const trace: string[] = [];
  for (let step = 0; step < steps && world.violations.length === 0; step += 1) {
    const at = world.clock.monotonic();
    trace.push(`${step} at ${at}: ${await takeStep(world)}`);
    world.look();
  }
  if (world.violations.length === 0) {
    trace.push("everything is made good");
    await settleDown(world);
    world.look();
  }
  return { seed, trace, violations: [...world.violations, ...unfinished(world)], counted: count(world) };
};

/** When all is well and time has passed, every postback has ended. */
export const unfinished = ({ tables, violations, engine }: World): readonly string[] => {
  if (violations.length > 0) return [];
  const waiting = [...tables.live].map((sequence) => {
    const row = tables.postbacks.get(sequence);
    return `${row?.postback.id} of ${row?.postback.receiverId} is ${row?.state} still`;
  });
  const { inHand, inFlight, intakeQueue } = engine().status();
  const left = inHand + inFlight + intakeQueue;
  return left === 0
    ? waiting
    : [...waiting, `the engine has ${inHand} in hand, ${inFlight} in flight, ${intakeQueue} queued`];
};

const count = ({ tables }: World): Run["counted"] => ({
  events: tables.events.size,
  postbacks: tables.postbacks.size,
  attempts: tables.totals.attempts,
});

export const tell = ({ seed, trace, violations }: Run): string =>
  [
    `seed ${seed} broke a promise; play it again: node test/simulation/play.ts ${seed} ${trace.length}`,
    ...trace.slice(-30),
    ...violations.slice(0, 10),
  ].join("\n  ");
