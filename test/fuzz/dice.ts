import { seededChance } from "#test/support/seeded-chance.ts";

/** What a seed decides, in the words that a fuzzer needs. */
export type Dice = {
  readonly below: (most: number) => number;
  readonly hits: (probability: number) => boolean;
  readonly pick: <Item>(items: readonly Item[]) => Item;
};

export const diceOf = (seed: number): Dice => {
  const chance = seededChance(seed);
  const below = (most: number): number => Math.floor(chance.fraction() * most);
  return {
    below,
    hits: (probability) => chance.fraction() < probability,
    pick: (items) => {
      const item = items[below(items.length)];
      if (item === undefined) throw new Error("nothing to pick from");
      return item;
    },
  };
};
