import type { RepositoryFile } from "../repository.ts";

/** Codes that the sources give to somebody outside, and that no table explains. */
export const undocumentedCodes = (
  { path, text }: RepositoryFile,
  isDocumented: (code: string) => boolean,
): readonly string[] => [
  ...new Set(
    [...text.matchAll(/"((?:request|route|rate|auth|events?|intake|catalog|template|import)\.[a-z_]+)"/g)]
      .filter(([, code = ""]) => !isDocumented(code))
      .map(([, code]) => `${path}: ${code} stands in no table of codes`),
  ),
];
