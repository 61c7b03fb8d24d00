/** The known name that somebody who wrote `name` most likely meant, or null when none is near. */
export const nearestName = (name: string, known: readonly string[]): string | null => {
  const wanted = plain(name);
  const distanceMax = Math.max(1, Math.floor(wanted.length / 3));
  let nearest: string | null = null;
  let nearestDistance = distanceMax + 1;
  for (const candidate of known) {
    const distance = editDistance(wanted, plain(candidate));
    if (distance < nearestDistance) {
      nearest = candidate;
      nearestDistance = distance;
    }
  }
  return nearest;
};

const nameLengthMax = 64;

/** `eventName`, `event-name` and `event_name` are one name to a person. */
const plain = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[-_. ]/g, "")
    .slice(0, nameLengthMax);

/** Letters to insert, remove or replace (Levenshtein). */
const editDistance = (left: string, right: string): number => {
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let i = 1; i <= left.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= right.length; j += 1) {
      const replaced = (row[j - 1] ?? 0) + (left[i - 1] === right[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[right.length] ?? 0;
};
