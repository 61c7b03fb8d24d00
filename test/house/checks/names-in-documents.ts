import type { RepositoryFile } from "../repository.ts";

/** What documents may name. */
export type KnownNames = {
  readonly variables: ReadonlySet<string>;
  readonly scripts: ReadonlySet<string>;
  /** Options by the name of the command. */
  readonly commands: ReadonlyMap<string, ReadonlySet<string>>;
  readonly exists: (path: string) => boolean;
};

/** Variables, npm scripts, commands with their options, and paths that a document names and that are not there. */
export const unknownNames = ({ path, text }: RepositoryFile, known: KnownNames): readonly string[] => [
  ...[...text.matchAll(/\bCAROM_[A-Z_]*[A-Z]\b/g)]
    .filter(([variable]) => !known.variables.has(variable))
    .map(([variable]) => `${path}: ${variable} is no setting`),
  ...[...text.matchAll(/\bnpm run ([\w:-]+)/g)]
    .filter(([, script = ""]) => !known.scripts.has(script))
    .map(([call]) => `${path}: package.json has no script for \`${call}\``),
  ...commandsIn(text).flatMap((call) => unknownCommand(call, known.commands).map((problem) => `${path}: ${problem}`)),
  ...[...text.matchAll(/`((?:src|test|scripts|bench|docs|examples)\/[\w./-]*)`/g)]
    .filter(([, named = ""]) => !known.exists(named))
    .map(([, named]) => `${path}: ${named} is not there`),
];

type Call = { readonly command: string; readonly options: readonly string[] };

/** Calls of the command line that stand in code. */
const commandsIn = (text: string): readonly Call[] =>
  [...text.matchAll(/^```.*?^```|`[^`\n]+`/gms)].flatMap(([span]) =>
    [...span.matchAll(/(?:^|[\s`;&|])carom (?:-- )?([a-z]+(?:-[a-z]+)*)([^\n`|;&]*)/gm)].map(
      ([, command = "", rest = ""]) => ({
        command,
        options: [...rest.matchAll(/ --([a-z-]+)/g)].map(([, option = ""]) => option),
      }),
    ),
  );

const unknownCommand = ({ command, options }: Call, commands: KnownNames["commands"]): readonly string[] => {
  const known = commands.get(command);
  if (known === undefined) return [`there is no command \`carom ${command}\``];
  return options
    .filter((option) => !known.has(option))
    .map((option) => `\`carom ${command}\` has no option --${option}`);
};
