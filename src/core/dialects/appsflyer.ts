import type { Macro } from "#src/core/macros/macro.ts";
import { nearestName } from "#src/core/macros/nearest-name.ts";
import { macros } from "#src/core/macros/registry.ts";
import type { Dialect, Piece, TemplateField } from "./dialect.ts";

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
 *
 * Anything else in brackets is plain text: nothing, digits first, punctuation, more than 64
 * characters. A word in brackets that must be text is written encoded: `%28word%29`, `\u0028word)`.
 */
export const appsflyerDialect: Dialect = {
  name: "appsflyer",
  read: (text, field) => {
    const pieces: Piece[] = [];
    let textFrom = 0;
    for (const match of text.matchAll(bracketsPattern)) {
      const piece = readBrackets(match, field);
      if (piece === null) continue;
      if (match.index > textFrom) pieces.push({ kind: "text", text: text.slice(textFrom, match.index) });
      pieces.push(piece);
      textFrom = match.index + match[0].length;
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

const bracketsPattern = /(?:(\$\$[A-Za-z]*))?\(([^()]*)\)|\{([A-Za-z][A-Za-z0-9_-]{0,63})\}/g;
const namePattern = /^[A-Za-z][A-Za-z0-9_-]{0,63}$/;
const wordsPattern = /^[A-Za-z][A-Za-z0-9_ -]{0,62}[A-Za-z0-9]$/;
const referencePattern = /^(param|secret)\.([A-Za-z0-9_.-]{1,64})$/;

const readBrackets = (match: RegExpExecArray, field: TemplateField): Piece | null => {
  const [written, wrapper, inRound, inBraces] = match;
  const at = match.index;
  if (wrapper !== undefined) return readWrapped(wrapper, inRound ?? "", { written, at });
  if (inBraces !== undefined) {
    const value = macroByNormalName.get(normalName(inBraces));
    if (value !== undefined) return { kind: "value", written, at, value };
    return field === "url" ? unknown(inBraces, { written, at }, (name) => `{${name}}`) : null;
  }
  return readRound(inRound ?? "", { written, at });
};

type Place = { readonly written: string; readonly at: number };

const readRound = (content: string, place: Place): Piece | null => {
  const reference = referencePattern.exec(content);
  if (reference !== null) {
    return { kind: reference[1] === "param" ? "parameter" : "secret", ...place, name: reference[2] ?? "" };
  }
  if (!wordsPattern.test(content) && !namePattern.test(content)) return null;
  const value = macroByNormalName.get(normalName(content));
  if (value !== undefined) return { kind: "value", ...place, value };
  if (namePattern.test(content)) return unknown(content, place, (name) => `(${name})`);
  return nearestName(content, spellings) === null ? null : unknown(content, place, (name) => `(${name})`);
};

const readWrapped = (wrapper: string, content: string, place: Place): Piece => {
  if (wrapper !== "$$sdk" && wrapper !== "$$click") {
    return { kind: "unknown", ...place, hint: "write $$sdk(…) or $$click(…)" };
  }
  const value = macroByNormalName.get(normalName(content));
  if (value === undefined) return unknown(content, place, (name) => `${wrapper}(${name})`);
  if (wrapper === "$$click" && value.source !== "link") {
    return { kind: "unknown", ...place, hint: `it is no parameter of the link; write $$sdk(${content})` };
  }
  return { kind: "value", ...place, value };
};

const unknown = (name: string, place: Place, write: (name: string) => string): Piece => {
  const nearest = nearestName(name, spellings);
  return { kind: "unknown", ...place, hint: nearest === null ? "" : `did you mean ${write(nearest)}?` };
};
