import { globSync, readFileSync } from "node:fs";

export type RepositoryFile = { readonly path: string; readonly text: string };

const notOurs = ["**/node_modules/**", "data/**", "**/fixtures/**", "bench/results/**"];

/** Files of the repository by pattern, with their text; throws where a pattern finds none, since a check of nothing passes. */
export const repositoryFiles = (...patterns: readonly string[]): readonly RepositoryFile[] => {
  const paths = patterns.flatMap((pattern) => globSync(pattern, { exclude: notOurs }));
  if (paths.length === 0) throw new Error(`no file is like ${patterns.join(", ")}`);
  return paths.sort().map((path) => ({ path, text: readFileSync(path, "utf8") }));
};

export const sourcePatterns = ["src/**/*.ts", "test/**/*.ts", "scripts/**/*.ts", "bench/**/*.ts"] as const;

/** What people write; docs/reference is made by a script and compared by it. */
export const documents = (): readonly RepositoryFile[] =>
  repositoryFiles("*.md", "docs/guide/**/*.md", "docs/decisions/**/*.md", "bench/*.md");
