import type { DialectName } from "#src/core/catalog/request-template.ts";
import type { KnownPiece, Reference } from "#src/core/dialects/dialect.ts";
import { readReference } from "#src/core/dialects/references.ts";
import { allSpellings } from "#src/core/macros/spellings.ts";

/** `closed`: as it would be read. */
export type UnclosedMacro = Reference & { readonly closed: string };

/**
 * A macro's name behind its opening mark, with the closing one lost: `{idfa&x=1`, `$$sdk(idfa`. To every dialect that is
 * text. A name that no macro has is none of it, since braces and brackets are text as well.
 */
export const unclosedMacros = (dialect: DialectName, pieces: readonly KnownPiece[]): readonly UnclosedMacro[] => {
  const { opening, names, normal, close } = notations[dialect];
  // What is no text has its length kept, so that places are.
  const text = pieces
    .map((piece) => (piece.kind === "text" && piece.written === undefined ? piece.text : blank(piece.written ?? "")))
    .join("");
  return Array.from(text.matchAll(opening)).flatMap((match) => {
    const { mark = "", name = "" } = match.groups ?? {};
    const isMacro = names.has(normal(name)) || isMember(dialect, name) || readReference(name) !== null;
    return isMacro ? [{ at: match.index, written: `${mark}${name}`, closed: close(mark, name) }] : [];
  });
};

const blank = (written: string): string => "&".repeat(written.length);

const isMember = (dialect: DialectName, name: string): boolean =>
  dialect === "carom" && /^(?:event_value|context|extra)\../.test(name);

type Notation = {
  /** The mark, all that may be of a name, and behind it what ends a value: `{revenue: 1}` is an object of a script. */
  readonly opening: RegExp;
  readonly names: ReadonlySet<string>;
  /** The form in which all spellings of a name are alike. */
  readonly normal: (name: string) => string;
  readonly close: (mark: string, name: string) => string;
};

const name = "(?<name>[A-Za-z](?:[A-Za-z0-9_.-]|(?<=[A-Za-z0-9]) (?=[A-Za-z0-9]))*)";
const asWritten = (written: string): string => written;
const alike = (written: string): string => written.toLowerCase().replace(/[- ]/g, "_");
const bare = (written: string): string => written.toLowerCase().replaceAll("%", "");

const notations: Readonly<Record<DialectName, Notation>> = {
  carom: {
    opening: new RegExp(`(?<mark>\\{)${name}(?=[&"'#,;<\\s)\\]]|$)`, "g"),
    names: new Set(allSpellings("carom")),
    normal: asWritten,
    close: (mark, name) => `${mark}${name}}`,
  },
  appsflyer: {
    // Not `(revenue, in USD)`, which is closed.
    opening: new RegExp(
      `(?<mark>(?:\\$\\$(?:sdk|click))?\\(|\\{)${name}(?=[&"'#,;<\\s}\\]]|$)(?![^()&"<\\n]*\\))`,
      "gi",
    ),
    names: new Set(allSpellings("appsflyer").map(alike)),
    normal: alike,
    close: (mark, name) => `${mark}${name}${mark === "{" ? "}" : ")"}`,
  },
  leanplum: {
    opening: new RegExp(`(?<mark>\\{\\{)${name}(?=\\}?(?:[&"'#,;<\\s)\\]]|$))`, "g"),
    names: new Set(allSpellings("leanplum")),
    normal: asWritten,
    close: (mark, name) => `${mark}${name}}}`,
  },
  adobe: {
    opening: new RegExp(`(?<mark>\\{%?)${name}(?=%?(?:[&"'#,;<\\s)\\]]|$))`, "g"),
    names: new Set(allSpellings("adobe").map(bare)),
    normal: bare,
    close: (mark, name) => `${mark}${name}${mark === "{%" ? "%" : ""}}`,
  },
};
