import { nearestName } from "#src/core/nearest-name.ts";

/** `; did you mean send?`, or nothing where no name is near. */
export const didYouMean = (
  written: string,
  names: readonly string[],
  shown: (name: string) => string = (name) => name,
): string => {
  const nearest = nearestName(written, names);
  return nearest === null ? "" : `; did you mean ${shown(nearest)}?`;
};
