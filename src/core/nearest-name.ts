/** Edits (insert, delete, replace, swap of neighbours) that turn one text into the other. */
const editDistance = (from: string, to: string): number => {
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= to.length; column += 1) {
      const isSame = from[row - 1] === to[column - 1];
      const above = last[column] ?? 0;
      const left = current[column - 1] ?? 0;
      const diagonal = last[column - 1] ?? 0;
      const isSwap = row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      const edits = Math.min(above + 1, left + 1, diagonal + (isSame ? 0 : 1));
      current.push(isSwap ? Math.min(edits, (beforeLast[column - 2] ?? 0) + 1) : edits);
    }
    beforeLast = last;
    last = current;
  }
  return last[to.length] ?? 0;
};

const squashed = (name: string): string => name.toLowerCase().replace(/[-_ ]/g, "");

/**
 * The name that was most likely meant: the fewest edits, separators and case aside, and at most one
 * edit for every four characters (one at least, but never all of them). Null where none is near.
 */
export const nearestName = (written: string, names: Iterable<string>): string | null => {
  const wanted = squashed(written);
  let best: string | null = null;
  let bestDistance = Math.min(Math.max(1, Math.floor(wanted.length / 4)) + 1, wanted.length);
  for (const name of names) {
    const candidate = squashed(name);
    if (Math.abs(candidate.length - wanted.length) >= bestDistance) continue;
    const distance = editDistance(wanted, candidate);
    if (distance < bestDistance) {
      best = name;
      bestDistance = distance;
    }
  }
  return best;
};
