import { parseArgs } from "node:util";
import { didYouMean } from "#src/contract/did-you-mean.ts";
import type { Command, GivenArguments } from "./command.ts";

export type ArgumentsReading =
  | { readonly kind: "given"; readonly given: GivenArguments }
  | { readonly kind: "help" }
  | { readonly kind: "refused"; readonly message: string };

/** Reads the arguments after the command's name. */
export const parseArguments = (command: Command, argv: readonly string[]): ArgumentsReading => {
  const parsed = parseLeniently(command, argv);
  if (typeof parsed === "string") return { kind: "refused", message: parsed };
  if (parsed.values["help"] === true) return { kind: "help" };
  const wrong = firstWrongNumber(command, parsed.values) ?? wrongPositionals(command, parsed.positionals);
  if (wrong !== null) return { kind: "refused", message: wrong };
  return { kind: "given", given: givenArguments(parsed) };
};

type Parsed = {
  readonly values: Readonly<Record<string, string | boolean | undefined>>;
  readonly positionals: readonly string[];
};

const parseLeniently = (command: Command, argv: readonly string[]): Parsed | string => {
  const options: Record<string, { type: "boolean" | "string"; short?: string }> = {
    help: { type: "boolean", short: "h" },
  };
  for (const [name, option] of Object.entries(command.options)) {
    const type = option.kind === "flag" ? "boolean" : "string";
    options[name] = option.short === undefined ? { type } : { type, short: option.short };
  }
  try {
    const { values, positionals } = parseArgs({ args: [...argv], options, allowPositionals: true, strict: true });
    const single: Record<string, string | boolean | undefined> = {};
    for (const [name, value] of Object.entries(values)) if (!Array.isArray(value)) single[name] = value;
    return { values: single, positionals };
  } catch (error) {
    return parserSentence(error, Object.keys(options));
  }
};

/** Node's own sentences name the option; the advice about positionals that it adds would only confuse. */
const parserSentence = (error: unknown, known: readonly string[]): string => {
  const text = error instanceof Error ? error.message : String(error);
  const unknown = /^Unknown option '(-{1,2}[^']+)'/.exec(text)?.[1];
  if (unknown === undefined) return text;
  return `unknown option ${unknown}${didYouMean(unknown.replace(/^-+/, ""), known, (name) => `--${name}`)}`;
};

const firstWrongNumber = (command: Command, values: Parsed["values"]): string | null => {
  for (const [name, option] of Object.entries(command.options)) {
    const value = values[name];
    if (typeof value !== "string") continue;
    if (option.kind === "integer" && !/^\d{1,15}$/.test(value)) return `--${name}: "${value}" is not a whole number`;
    if (option.kind === "number" && !/^\d{1,15}(?:\.\d{1,6})?$/.test(value))
      return `--${name}: "${value}" is not a number such as 50 or 0.5`;
  }
  return null;
};

const wrongPositionals = (command: Command, positionals: readonly string[]): string | null => {
  const missing = command.positionals.slice(positionals.length).find((positional) => positional.required);
  if (missing !== undefined) return `<${missing.name}> is missing: ${missing.meaning}`;
  const extra = positionals[command.positionals.length];
  return extra === undefined ? null : `"${extra}" is one argument too many`;
};

const givenArguments = (parsed: Parsed): GivenArguments => {
  const text = (name: string): string | null => {
    const value = parsed.values[name];
    return typeof value === "string" ? value : null;
  };
  return {
    positional: (index) => parsed.positionals[index] ?? null,
    flag: (name) => parsed.values[name] === true,
    text,
    number: (name) => {
      const value = text(name);
      return value === null ? null : Number(value);
    },
  };
};
