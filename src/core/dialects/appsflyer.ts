import type { Macro } from "#src/core/macros/macro.ts";
import { macros } from "#src/core/macros/registry.ts";
import { nearestName } from "#src/core/nearest-name.ts";
import type { Dialect, Piece, TemplateField } from "./dialect.ts";
import { unknownPiece } from "./unknown-piece.ts";

/**
 * AppsFlyer's way of writing macros: `(event-name)`, and as its console stores them `$$sdk(x)` and
 * `$$click(x)`, and as its pages for some partners print them `{x}`. Letter case, `-`, `_` and a
 * blank are alike: `(media source)` is `(media_source)`.
 *
 * What stands in brackets is a macro by this rule:
 *
 *   $$sdk(…)  $$click(…)    always; `$$click` takes values of the attribution link only
 *   (param.x)  (secret.x)   a parameter of the integration, a named secret (Carom's own)
 *   (name)                  always, where the name is a letter and up to 63 letters, digits, `-`, `_`:
 *                           an unknown one is an error and never goes out as text
 *   (two words)             where it is one, or nearly one (then an error); else it is plain text
 *   {name}                  where it is one; else an error in a URL and plain text in a header or body
 *   ${name} {{name}} #{name} $$sdk{name} ((name)) (sha1(name)) (name|sha1)
 *                           another notation, or nearly this one: an error
 *
 * In a URL anything else in brackets with a letter in it is an error too; elsewhere it is plain text,
 * of which lint warns in a body. A word in brackets that must be text is written encoded:
 * `%28word%29`, `\u0028word)`.
 */
export const appsflyerDialect: Dialect = {
  name: "appsflyer",
  read: (text, field) => {
    const pieces: Piece[] = [];
    let textFrom = 0;
    const next = /[({$#]/g;
    const around: Around = { text, field, looksLeft: looksMax };
    for (let found = next.exec(text); found !== null; found = next.exec(text)) {
      const piece = readAt(around, found.index);
      // What is no macro as a whole may still hold one.
      if (piece === null) continue;
      if (piece.at > textFrom) pieces.push({ kind: "text", text: text.slice(textFrom, piece.at) });
      pieces.push(piece);
      textFrom = piece.at + piece.written.length;
      next.lastIndex = textFrom;
    }
    if (textFrom < text.length) pieces.push({ kind: "text", text: text.slice(textFrom) });
    return pieces;
  },
};

/** The form in which all spellings of a name are alike. */
const normalName = (written: string): string => written.toLowerCase().replace(/[- ]/g, "_");

const spellingsOf = (macro: Macro): readonly string[] => [...(macro.spellings.appsflyer ?? []), macro.name];

const macroByNormalName: ReadonlyMap<string, Macro> = new Map(
  macros.flatMap((macro) => spellingsOf(macro).map((spelling) => [normalName(spelling), macro] as const)),
);
const spellings: readonly string[] = macros.flatMap(spellingsOf);
const macroNamed = (name: string): Macro | undefined => macroByNormalName.get(normalName(name.trim()));

const wrappedPattern = /(\$\$[A-Za-z]*)\(([^()]*)\)/y;
/** One pair of brackets, with one more level inside. A macro's name is short; the bound keeps the search so. */
const roundPattern = /\(((?:[^()]|\([^()]{0,2048}\)){0,2048})\)/y;
const bracesPattern = /\{([A-Za-z][A-Za-z0-9_-]{0,63})\}/y;
/** Braces that other systems write, with what belongs to them. JSON is none of it: it has quotes. */
const foreignPattern =
  /(?:\$\$[A-Za-z]*|[$#])?\{{1,3}[%_?!~]{0,2}([A-Za-z][A-Za-z0-9_.:?|~!, -]{0,200}?)%{0,2}\}{1,3}/y;

const namePattern = /^[A-Za-z][A-Za-z0-9_-]{0,63}$/;
const wordsPattern = /^[A-Za-z][A-Za-z0-9_ -]{0,62}[A-Za-z0-9]$/;
const referencePattern = /^(param|secret)\.([A-Za-z0-9_.-]{1,64})$/;

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

type NoText = Exclude<Piece, { kind: "text" }>;

function readAt(around: Around, at: number): NoText | null {
  const { text, field } = around;
  const wrapped = matchAt(wrappedPattern, text, at);
  if (wrapped !== null) return readWrapped(wrapped[1] ?? "", wrapped[2] ?? "", { written: wrapped[0], at });
  if (text[at] === "(") {
    const round = matchAt(roundPattern, text, at);
    return round === null ? null : readRound(round[1] ?? "", { written: round[0], at }, around);
  }
  const braces = matchAt(bracesPattern, text, at);
  const foreign = matchAt(foreignPattern, text, at);
  if (foreign !== null && foreign[0] !== braces?.[0]) {
    return readForeign(foreign[1] ?? "", { written: foreign[0], at }, field);
  }
  if (braces === null) return null;
  const [written, name = ""] = braces;
  const value = macroNamed(name);
  if (value !== undefined) return { kind: "value", written, at, value };
  return field === "url" ? unknownPiece({ written, at }, () => didYouMean(name, (nearest) => `{${nearest}}`)) : null;
}

type Place = { readonly written: string; readonly at: number };
type Around = {
  readonly text: string;
  readonly field: TemplateField;
  /** Times that the nearest of all names may still be looked for. */
  looksLeft: number;
};
const looksMax = 100;

function readRound(content: string, place: Place, around: Around): NoText | null {
  const { text, field } = around;
  const reference = referencePattern.exec(content);
  if (reference !== null) {
    return { kind: reference[1] === "param" ? "parameter" : "secret", ...place, name: reference[2] ?? "" };
  }
  if (field === "url" && isInside(text, place)) return unknownPiece(place, () => anotherNotation(content));
  const isWords = wordsPattern.test(content);
  const isName = namePattern.test(content);
  const value = isWords || isName ? macroNamed(content) : undefined;
  if (value !== undefined) return { kind: "value", ...place, value };
  const isNearly = isWords && field !== "url" && around.looksLeft-- > 0 && nearestName(content, spellings) !== null;
  if (isName || isNearly) return unknownPiece(place, () => didYouMean(content, (name) => `(${name})`));
  const almost = almostMacro(content);
  if (almost !== null) return unknownPiece(place, () => almost);
  if (field !== "url" || !/\p{L}/u.test(content)) return null;
  return unknownPiece(place, () => didYouMean(content, (name) => `(${name})`) || "text in brackets is written %28…%29");
}

const closingOf: Readonly<Record<string, string>> = { "{": "}", "[": "]", "<": ">" };

/** `$(x)`, `{(x)}`, `[(x)]`, `<(x)>`. */
function isInside(text: string, { at, written }: Place): boolean {
  const before = text[at - 1] ?? "";
  return before === "$" || (closingOf[before] !== undefined && text[at + written.length] === closingOf[before]);
}

/** What was meant by brackets that hold a macro's name and something with it; null where they hold none. */
function almostMacro(content: string): string | null {
  if (/^\s*(?:param|secret)\s*\./i.test(content)) {
    return "write (param.name) or (secret.name): small letters, no blanks, at most 64 of A-Z a-z 0-9 _ . -";
  }
  if (macroNamed(content) !== undefined) return `write (${content.trim()})`;
  const [, called = "", inner] = /^\s*(?:([A-Za-z0-9_-]+)\s*)?\(([^()]*)\)\s*$/.exec(content) ?? [];
  if (inner !== undefined) return macroNamed(inner) === undefined ? null : withFunction(called, inner.trim());
  const [name = "", ...rest] = content.split(/[|:]/);
  return rest.length > 0 && macroNamed(name) !== undefined ? withFunction(rest.join(" ").trim(), name.trim()) : null;
}

function withFunction(called: string, name: string): string {
  if (called === "") return `write (${name})`;
  const spelled = `${called}-${name}`;
  return macroNamed(spelled) === undefined
    ? `this dialect has no functions; write (${name})`
    : `write (${spelled}): this dialect has no functions`;
}

const anotherNotation = (name: string): string => {
  const isKnown = macroNamed(name) !== undefined;
  return `this is another notation${isKnown ? `; write (${name.trim()})` : ", and no macro of this one"}`;
};

/** Elsewhere than in a URL only what holds a macro's name: braces are common in bodies. */
function readForeign(content: string, place: Place, field: TemplateField): NoText | null {
  const [name = ""] = content.split(/[|?:]/);
  if (field !== "url") {
    const isClosedTwice = !place.written.startsWith("{") || /^\{\{.*\}\}$/s.test(place.written);
    if (!isClosedTwice || macroNamed(name) === undefined) return null;
  }
  return unknownPiece(place, () => anotherNotation(name));
}

function readWrapped(wrapper: string, content: string, place: Place): NoText {
  if (wrapper !== "$$sdk" && wrapper !== "$$click") return unknownPiece(place, () => "write $$sdk(…) or $$click(…)");
  const value = macroByNormalName.get(normalName(content));
  if (value === undefined) return unknownPiece(place, () => didYouMean(content, (name) => `${wrapper}(${name})`));
  if (wrapper === "$$click" && value.source !== "link") {
    return unknownPiece(place, () => `it is no parameter of the link; write $$sdk(${content})`);
  }
  return { kind: "value", ...place, value };
}

function didYouMean(name: string, write: (name: string) => string): string {
  const nearest = nearestName(name, spellings);
  return nearest === null ? "" : `did you mean ${write(nearest)}?`;
}
