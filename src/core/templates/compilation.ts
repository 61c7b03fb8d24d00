import type { MissingValuePolicy } from "#src/core/catalog/request-template.ts";
import type { Dialect, KnownPiece, Reference, TemplateField } from "#src/core/dialects/dialect.ts";
import type { ValueSource } from "#src/core/macros/macro.ts";
import { type Problem, pathText, problemsMax } from "#src/core/problem.ts";
import { markEnd, markStart } from "#src/core/templates/secret-mark.ts";
import type { TemplateCode } from "./template-codes.ts";
import type { PlacedMacro } from "./traced-macro.ts";

/** One template on its way through the compiler: what its texts are read with, and what was found. */
export type Compilation = {
  readonly dialect: Dialect;
  readonly onMissing: MissingValuePolicy;
  readonly parameters: Readonly<Record<string, string>>;
  /** Of the template in the catalog document. */
  readonly path: readonly (string | number)[];
  readonly problems: Problem[];
  readonly warnings: Problem[];
  /** The texts read so far, by their path within the template: `url`, `body`, `headers.0.value`. */
  readonly texts: Map<string, TemplateText>;
  /** The macros met so far, by registry name. */
  readonly values: Map<string, ValueSource>;
  /** Every macro in its place, for who asks what became of it. */
  readonly placed: PlacedMacro[];
  /** Names of the secrets met so far. */
  readonly secrets: Set<string>;
  /**
   * Where the integration gives its parameters, so that what is wrong with one is told there. Null
   * where they are stand-ins, by which no host can be judged; not there where there are none.
   */
  readonly parametersPath?: Problem["path"] | null;
};

/** A text of the template: its path in the template, and its pieces. */
export type TemplateText = {
  readonly path: readonly (string | number)[];
  readonly pieces: readonly KnownPiece[];
  /** Writes down what is wrong with it: a stable code, and the sentence. */
  readonly refuse: (code: TemplateCode, message: string) => void;
};

/** The path stands before the message too: a message is read without its path in a terminal. */
export const problemAt = (path: readonly (string | number)[], code: TemplateCode, message: string): Problem => ({
  path,
  code,
  message: `${pathText(path)}: ${message}`,
});

/** Places are told to people from 1. */
export const where = ({ written, at }: Reference): string => `${written} at character ${at + 1}`;

/** Cuts a text into pieces and reports what is no macro; unknown ones are left out of the pieces. */
export const readText = (
  compilation: Compilation,
  source: { readonly path: readonly (string | number)[]; readonly text: string; readonly field: TemplateField },
): TemplateText => {
  const path = [...compilation.path, ...source.path];
  const pieces: KnownPiece[] = [];
  const refuse = (code: TemplateCode, message: string): void => {
    compilation.problems.push(problemAt(path, code, message));
  };
  if (source.text.includes(markStart) || source.text.includes(markEnd)) {
    refuse("template.control_character", "the control characters U+0001 and U+0002 are not allowed");
  }
  for (const piece of compilation.dialect.read(source.text, source.field)) {
    if (piece.kind === "unknown") {
      // The hint is made when it is read, and takes time.
      if (compilation.problems.length >= problemsMax) continue;
      const hint = piece.hint === "" ? "" : `; ${piece.hint}`;
      refuse("template.macro_unknown", `unknown macro ${where(piece)}${hint}`);
    } else if (piece.kind === "mistaken") {
      refuse(piece.code, piece.message);
    } else {
      if (piece.kind === "value") notePiece(compilation, path, piece);
      else if (piece.kind === "secret") compilation.secrets.add(piece.name);
      pieces.push(piece);
    }
  }
  const text = { path, pieces, refuse };
  compilation.texts.set(source.path.join("."), text);
  return text;
};

const notePiece = (
  { values, warnings }: Compilation,
  path: Problem["path"],
  piece: KnownPiece & { kind: "value" },
): void => {
  values.set(piece.value.name, piece.value);
  const { caution } = piece;
  if (caution === undefined || warnings.length >= problemsMax) return;
  warnings.push(problemAt(path, caution.code, `${where(piece)} ${caution.message}`));
};

/** The value of an integration's parameter, or null with a problem. */
export const parameterValue = (
  compilation: Compilation,
  text: TemplateText,
  piece: KnownPiece & { kind: "parameter" },
): string | null => {
  if (Object.hasOwn(compilation.parameters, piece.name)) return compilation.parameters[piece.name] ?? null;
  const message = `the integration has no parameter ${piece.name} for ${where(piece)}; add it to its parameters`;
  refuseParameter(compilation, text, { name: piece.name, code: "template.parameter_missing", message });
  return null;
};

/** Says what is wrong with a parameter where it is given, if that is known, else where the template uses it. */
export const refuseParameter = (
  compilation: Compilation,
  text: TemplateText,
  { name, code, message }: { readonly name: string; readonly code: TemplateCode; readonly message: string },
): void => {
  const { parametersPath } = compilation;
  if (parametersPath === undefined || parametersPath === null) text.refuse(code, message);
  else compilation.problems.push(problemAt([...parametersPath, name], code, message));
};
