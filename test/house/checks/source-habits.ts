import type { RepositoryFile } from "../repository.ts";

const timelessRooms = /^src\/(core|ports|engine|contract|http|adapters\/memory)\//;
const clockOrChance =
  /\bDate\.now\(|\bnew Date\(\)|\bMath\.random\b|\bperformance\.now\b|\bset(?:Timeout|Interval|Immediate)\(/g;

/** Where time and chance are taken instead of handed in, and where a type is claimed instead of shown. */
export const habitProblems = ({ path, text }: RepositoryFile): readonly string[] => {
  const code = withoutWords(text);
  const taken = timelessRooms.test(path) ? [...code.matchAll(clockOrChance)] : [];
  const claims = path === brandsOfIds ? [] : [...code.matchAll(/[\w)\]}] as (?!const\b)[\w{[(]+/g)];
  return [
    ...taken.map(([found]) => `${path}: ${found} is taken, not handed in`),
    ...claims.map(([found]) => `${path}: "${found}" claims a type`),
  ];
};

/** The only place where plain text becomes an id. */
const brandsOfIds = "src/core/ids.ts";

/** Neither comments nor texts, nor imports and exports, which rename with `as`. */
const withoutWords = (text: string): string =>
  text
    .replaceAll(/\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm, "")
    .replaceAll(/"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`/g, '""')
    .replaceAll(/^(?:import|export) (?:type )?[{*][^;]*;/gm, "");
