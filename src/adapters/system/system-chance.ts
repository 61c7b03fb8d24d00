import { randomBytes } from "node:crypto";
import type { Chance } from "#src/ports/chance.ts";

export const systemChance: Chance = {
  fraction: () => Math.random(),
  bytes: (count) => randomBytes(count),
};
