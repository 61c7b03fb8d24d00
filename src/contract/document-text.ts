import { type Problem, pathText } from "#src/core/problem.ts";

export type DocumentFormat = "yaml" | "json";

/** A problem with its line in the text as it was sent, counted from 1; null where it has no place. */
export type PlacedProblem = Problem & { readonly line: number | null };

/** A text as a plain value, with the way back from a path to its line. */
export type DocumentReading =
  | {
      readonly kind: "value";
      readonly value: unknown;
      readonly lineOf: (path: Problem["path"]) => number | null;
      /** What stands as text in the value and was written as a number or a switch (`5.0`, `True`), as that; else null. */
      readonly typedAt: (path: Problem["path"]) => number | boolean | null;
    }
  | { readonly kind: "refused"; readonly problems: readonly [PlacedProblem, ...PlacedProblem[]] };

/** The configuration nests eight deep; what is much deeper is an attack on whoever walks it. */
export const documentDepthMax = 32;

export const refusedDocument = (
  code: string,
  message: string,
  line: number | null = null,
): DocumentReading & { readonly kind: "refused" } => ({
  kind: "refused",
  problems: [{ path: [], code, message, line }],
});

export const doubled = (path: Problem["path"], line: number | null): PlacedProblem => ({
  path,
  code: "catalog.duplicate_key",
  message: `${pathText(path)}: is given twice; remove one of the two`,
  line,
});
