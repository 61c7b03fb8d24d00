import { stripTypeScriptTypes } from "node:module";

/**
 * Lines of `files` that no test ran, as sentences. A file that the report does not name at all is
 * one, unless nothing is left of it when its types are taken out.
 */
export const uncoveredLines = (input: {
  readonly lcov: string;
  readonly files: readonly string[];
  readonly read: (file: string) => string;
}): readonly string[] => {
  const missed = missedLinesByFile(input.lcov);
  const problems: string[] = [];
  for (const file of input.files) {
    const lines = missed.get(file);
    if (lines === undefined) {
      if (holdsCode(input.read(file))) problems.push(`${file}: no test loads it`);
    } else if (lines.length > 0) problems.push(`${file}: no test runs line ${lines.join(", ")}`);
  }
  return problems;
};

const missedLinesByFile = (lcov: string): ReadonlyMap<string, readonly string[]> => {
  const missed = new Map<string, string[]>();
  let current: string[] = [];
  for (const line of lcov.split("\n")) {
    if (line.startsWith("SF:")) {
      current = [];
      missed.set(line.slice(3), current);
    } else if (line.startsWith("DA:")) {
      const [number, hits] = line.slice(3).split(",");
      if (hits === "0" && number !== undefined) current.push(number);
    }
  }
  return missed;
};

const holdsCode = (source: string): boolean =>
  stripTypeScriptTypes(source)
    .replaceAll(/\/\*[\s\S]*?\*\//g, "")
    .replaceAll(/\/\/.*$/gm, "")
    .replaceAll(/\bimport\b[^;]*;/g, "")
    .replaceAll(/export\s*\{\s*\};?/g, "")
    .trim() !== "";
