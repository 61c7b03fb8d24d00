import type { Catalog } from "#src/core/catalog/catalog.ts";
import { partOfPath } from "#src/core/catalog/part-path.ts";
import { pathText } from "#src/core/check-catalog/findings.ts";
import type { PartKey } from "#src/core/ids.ts";
import type { Problem } from "#src/core/problem.ts";

type Path = Problem["path"];

/**
 * A problem of a catalog as whoever sent a part of it, or a document, knows the place: `placeOf` says where a
 * part stands there, null for one that is not in what was sent, which is named by its key.
 */
export const movedProblem = (problem: Problem, catalog: Catalog, placeOf: (key: PartKey) => Path | null): Problem => {
  const found = partOfPath(catalog, problem.path);
  if (found === null) return problem;
  const place = placeOf(found.key) ?? [found.key];
  const message = withPlace(problem.message, pathText(found.prefix), pathText(place));
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
const withPlace = (message: string, from: string, to: string): string => {
  if (from === "" || from === to) return message;
  const [head = "", ...pieces] = message.split(from);
  return head + pieces.map((piece) => to + (to === "" ? piece.replace(/^(?:\.|: )/, "") : piece)).join("");
};
