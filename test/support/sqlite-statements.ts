import { globSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { DatabaseSync } from "node:sqlite";

export type PreparedStatement = {
  readonly sql: string;
  /** File and line of the call, `log-rows.ts:57`. */
  readonly site: string;
};

/** Everything that is prepared or executed on any database while `drive` runs, with where it was asked for. */
export const statementsPreparedBy = (drive: () => void): readonly PreparedStatement[] => {
  const prepared: PreparedStatement[] = [];
  const { prepare, exec } = DatabaseSync.prototype;
  DatabaseSync.prototype.prepare = function (...given: Parameters<typeof prepare>) {
    prepared.push({ sql: given[0], site: callSite() });
    return prepare.apply(this, given);
  };
  DatabaseSync.prototype.exec = function (sql: string) {
    prepared.push({ sql, site: callSite() });
    exec.call(this, sql);
  };
  try {
    drive();
  } finally {
    Object.assign(DatabaseSync.prototype, { prepare, exec });
  }
  return prepared;
};

const thisFile = basename(import.meta.filename);

/** The caller of whoever asked the database; `columns.ts` only hands on. */
const callSite = (): string => {
  const frames = (new Error("where").stack ?? "").split("\n").slice(1);
  const places = frames.map((frame) => /([\w.-]+\.ts):(\d+):\d+\)?$/.exec(frame));
  const caller = places.find((place) => place !== null && place[1] !== thisFile && place[1] !== "columns.ts");
  return caller == null ? "nowhere" : `${caller[1]}:${caller[2]}`;
};

/** What the sources of a folder say: the places that prepare, and the texts that begin as SQL does. */
export type WrittenStatements = { readonly sites: readonly string[]; readonly texts: readonly string[] };

export const statementsWrittenIn = (folder: string): WrittenStatements => {
  const files = globSync(`${folder}/*.ts`).filter((file) => !file.endsWith(".test.ts"));
  const written = files.map((file) => statementsInSource(basename(file), readFileSync(file, "utf8")));
  return { sites: written.flatMap(({ sites }) => sites), texts: written.flatMap(({ texts }) => texts) };
};

const literalPattern = /`(?:[^`\\]|\\.)*`|"(?:[^"\\\n]|\\.)*"/gs;
const sqlPattern = /^\s*(?:SELECT|INSERT|UPDATE|DELETE|REPLACE|WITH)\s/;

export const statementsInSource = (file: string, source: string): WrittenStatements => {
  const code = withoutComments(source);
  const sites = code
    .split("\n")
    .flatMap((line, index) => (/(?<!const )\bprepare\(/.test(line) ? [`${file}:${index + 1}`] : []));
  const literals = (code.match(literalPattern) ?? []).map((literal) => literal.slice(1, -1));
  return { sites: file === "columns.ts" ? [] : sites, texts: literals.filter((text) => sqlPattern.test(text)) };
};

/** Lines stay where they are. */
const withoutComments = (source: string): string =>
  source.replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, "")).replace(/^\s*\/\/.*$/gm, "");

/** Whether a statement was made of the text: whatever stands in its `${…}`, and whatever is put behind it. */
export const isMadeOf = (sql: string, text: string): boolean => {
  const parts = text.split(/\$\{(?:[^{}]|\{[^{}]*\})*\}/).map((part) => RegExp.escape(part));
  return new RegExp(`^${parts.join("[\\s\\S]*")}`).test(sql);
};
