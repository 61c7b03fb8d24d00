import { dirname, join, normalize } from "node:path";
import type { RepositoryFile } from "../repository.ts";

/** Links of a document that lead to no file, or to no heading of one. */
export const brokenLinks = (
  { path, text }: RepositoryFile,
  textOf: (path: string) => string | null,
): readonly string[] => {
  const problems: string[] = [];
  for (const [, target = ""] of withoutCode(text).matchAll(/\]\(([^)\s]+)\)/g)) {
    if (/^[a-z]+:/.test(target)) continue;
    const [file = "", heading] = target.split("#");
    const linked = file === "" ? text : textOf(normalize(join(dirname(path), file)));
    if (linked === null) problems.push(`${path}: ${target} is not there`);
    else if (heading !== undefined && !headingsOf(linked).includes(heading))
      problems.push(`${path}: ${target} has no such heading`);
  }
  return problems;
};

const withoutCode = (text: string): string => text.replaceAll(/^```.*?^```/gms, "").replaceAll(/`[^`\n]*`/g, "");

/** As forges make anchors of them: lower case, blanks as hyphens, no punctuation. */
const headingsOf = (text: string): readonly string[] =>
  [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
