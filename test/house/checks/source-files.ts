import { basename } from "node:path";
import type { RepositoryFile } from "../repository.ts";

const linesMax = 400;
const namesOfNothing = /^(utils?|helpers?|common|types|misc|index|shared|constants)(\.|$)/;

/** Files that are too long, or that are named after nothing. */
export const sourceFileProblems = ({ path, text }: RepositoryFile): readonly string[] => {
  const problems: string[] = [];
  const lines = text.split("\n").length - 1;
  if (lines > linesMax) problems.push(`${path}: ${lines} lines, at most ${linesMax}`);
  const name = basename(path);
  if (path.split("/").some((part) => namesOfNothing.test(part))) problems.push(`${path}: named after no concept`);
  if (!/^[a-z0-9]+(-[a-z0-9]+)*(\.test)?\.ts$/.test(name)) problems.push(`${path}: not in kebab-case`);
  return problems;
};
