import { bucketOf, type CounterGrain, counterGrains } from "#src/ports/counters.ts";
import type { CounterAddition } from "./counter-sums.ts";

/** A row of `counter`, or what is to be added to one. */
export type CounterRow = Omit<CounterAddition, "hour"> & { readonly grain: CounterGrain; readonly at: number };

/** What an addition is in the table of a grain: hours do not know names, days do not know latencies. */
export const rowIn = (grain: CounterGrain, { hour, ...addition }: CounterAddition): CounterRow | null => {
  if (grain === "hour") return { ...addition, grain, at: hour, name: "" };
  return addition.measure.startsWith("latency:") ? null : { ...addition, grain, at: bucketOf("day", hour) };
};

export const grainNumber = (grain: CounterGrain): number => counterGrains.indexOf(grain);

/** What tells a row from the others of its app. Files of before schema 18 remember it (`former-filling.ts`): it may not change. */
export const keyInApp = ({ grain, at, owner, name, measure }: CounterRow): string =>
  [grainNumber(grain), at, owner, name, measure].join("\n");
