import type { ProblemDocument, ProblemEntry } from "#src/contract/problem-document.ts";
import type { Exit } from "./exit-codes.ts";
import type { Terminal } from "./terminal.ts";

/** Says why the server refused, place by place; a single place says it all. `file` stands before line numbers, as editors read them. */
export const tellProblem = (terminal: Terminal, problem: ProblemDocument, file: string | null = null): Exit => {
  const error = terminal.paint("bad", "error");
  const entries = problem.errors ?? [];
  const [only] = entries;
  if (only !== undefined && entries.length === 1) terminal.tell(`${error}  ${entryText(terminal, only, file)}`);
  else {
    const head = only === undefined ? problem.detail : problem.title;
    terminal.tell(`${error}  ${head} ${terminal.paint("faint", `(${problem.code})`)}`);
    for (const entry of entries) terminal.tell(`  ${entryText(terminal, entry, file)}`);
  }
  if (problem.status === 401)
    terminal.tell("  Set CAROM_KEY, or leave --url out to use the socket of the data folder.");
  return problem.status === 401 || problem.status === 403 ? "refused" : "failed";
};

export const entryText = (terminal: Terminal, entry: ProblemEntry, file: string | null): string => {
  const path = entry.path === "" ? "" : `${terminal.paint("name", entry.path)}: `;
  return `${placeText(entry, isElsewhere(entry) ? null : file)}${path}${withoutPath(entry)} ${terminal.paint("faint", `(${entry.code})`)}`;
};

/** It stands in the catalog and not in what was sent: its path is the key of a resource. */
export const isElsewhere = ({ path, line }: ProblemEntry): boolean =>
  line === undefined && /^(account|partner|app|integration|rule|grant)\//.test(path);

const placeText = ({ line }: ProblemEntry, file: string | null): string => {
  if (file === null) return line === undefined ? "" : `line ${line}: `;
  return line === undefined ? `${file}: ` : `${file}:${line}: `;
};

/** Messages name their field, for those who see nothing else; here it stands before them already. */
const withoutPath = ({ path, message }: ProblemEntry): string => {
  const dotted = path.replace(/\[(\d+)\]/g, ".$1");
  const last = path.split(".").at(-1) ?? path;
  // What is unknown where it stands is told of the place around it.
  const around = path.replace(/(?:\.[^.[\]]+|\[\d+\])$/, "");
  const named = [path, dotted, last, around].find((name) => name !== "" && message.startsWith(`${name}: `));
  return named === undefined ? message : message.slice(named.length + 2);
};
