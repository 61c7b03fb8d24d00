import { hashText } from "./key-hash.ts";
import type { SearchIndex } from "./search-index.ts";

/** More places than these are not looked up one by one: every row of the segment is looked at. */
const alternativesMax = 64;

type Hash = ReturnType<typeof hashText>;

/** All of `terms` with any one of `places`; null where every row is a candidate. */
export const alternativesOf = (
  terms: readonly string[],
  places: readonly string[] | null,
): readonly (readonly Hash[])[] | null => {
  const hashes = terms.map(hashText);
  if (places !== null && places.length <= alternativesMax) return places.map((place) => [...hashes, hashText(place)]);
  return hashes.length === 0 ? null : [hashes];
};

/** Sequences of one segment that any of the alternatives finds, the newest first. */
export const findAny = (
  index: Pick<SearchIndex, "find">,
  segment: number,
  alternatives: readonly (readonly Hash[])[],
): Iterable<number> => {
  const [only] = alternatives;
  if (only !== undefined && alternatives.length === 1) return index.find(segment, only);
  const found = new Set(alternatives.flatMap((hashes) => [...index.find(segment, hashes)]));
  return [...found].sort((one, other) => other - one);
};
