import type { Catalog } from "#src/core/catalog/catalog.ts";
import { partOfPath } from "#src/core/catalog/part-path.ts";
import type { PartKey } from "#src/core/ids.ts";
import { type Problem, pathText } from "#src/core/problem.ts";

type Path = Problem["path"];
type PlaceOf = (key: PartKey, of: "part" | "twin") => Path | null;

/**
 * A problem of a catalog as whoever sent a part of it, or a document, knows the place: `placeOf` says where a
 * part stands there, null for one that is not in what was sent, which is named by its key. The twin of a part that was
 * sent twice has the same key, and is asked for as `"twin"`.
 */
export const movedProblem = (problem: Problem, catalog: Catalog, placeOf: PlaceOf): Problem => {
  const found = partOfPath(catalog, problem.path);
  if (found === null) return problem;
  const place = placeOf(found.key, "part") ?? [found.key];
  const message = withPlace(problem.message, {
    from: pathText(found.prefix),
    to: pathText(place),
    others: (text) => withNeighbours(text, catalog, (key) => placeOf(key, key === found.key ? "twin" : "part")),
  });
  return { ...problem, path: [...place, ...found.rest], message };
};

/** A problem of a value as whoever sent it in a larger one knows the place. */
export const problemWithin = (problem: Problem, place: Path): Problem => {
  const path = [...place, ...problem.path];
  const own = pathText(problem.path);
  const { message } = problem;
  const rest = own !== "" && message.startsWith(own) ? message.slice(own.length) : `: ${message}`;
  return { ...problem, path, message: pathText(path) + rest };
};

/** The old place is named at the head of a message, and wherever it speaks of a neighbour. */
const withPlace = (
  message: string,
  { from, to, others }: { readonly from: string; readonly to: string; readonly others: (text: string) => string },
): string => {
  if (from === "") return others(message);
  const [head = "", ...pieces] = message.split(from).map(others);
  return head + pieces.map((piece) => to + (to === "" ? piece.replace(/^(?:\.|: )/, "") : piece)).join("");
};

/** Another part that a message speaks of: its index is of what is in force, which whoever sent a document does not see. */
const withNeighbours = (text: string, catalog: Catalog, placeOf: (key: PartKey) => Path | null): string =>
  text.replace(/\b(?:accounts|partners|apps)\[\d+\](?:\.(?:integrations|rules|grants)\[\d+\])?/g, (whole) => {
    const path = whole.match(/\w+/g)?.map((step) => (/^\d+$/.test(step) ? Number(step) : step)) ?? [];
    const found = partOfPath(catalog, path);
    if (found === null || found.rest.length > 0) return whole;
    return pathText(placeOf(found.key) ?? []) || found.key;
  });
