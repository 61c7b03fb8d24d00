import type { RepositoryFile } from "../repository.ts";

/** Titles that promise nothing, tests that shut out the others, and tests left out without a reason. */
export const testTitleProblems = ({ path, text }: RepositoryFile): readonly string[] => [
  ...[...text.matchAll(/\btest\(\s*(["'`])(.*?)\1|^ +(")(.*?)": async/gm)]
    .map(([, , title, , guarantee]) => title ?? guarantee ?? "")
    .filter((title) => /\bshould\b/i.test(title))
    .map((title) => `${path}: "${title}" says should`),
  ...[...text.matchAll(/\b(?:test|it|suite|describe)\.(?:only|skip|todo)\b|\bonly: true/g)].map(
    ([found]) => `${path}: ${found}`,
  ),
  ...[...text.matchAll(/\bskip: true\b|\bt\.skip\(\s*\)|\.todo\(/g)].map(
    ([found]) => `${path}: ${found} without a reason in words`,
  ),
];
