import type { Chance } from "#src/ports/chance.ts";

const processBytes = 5;

/** Ids of requests: one drawn for the process, and a number. Cheap, and unique enough to find a line in a log. */
export const requestIdMint = (chance: Chance): (() => string) => {
  const process = Buffer.from(chance.bytes(processBytes)).toString("hex");
  let count = 0;
  return () => {
    count += 1;
    return `${process}-${count.toString(36)}`;
  };
};
