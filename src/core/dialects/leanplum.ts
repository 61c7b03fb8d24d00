import { allSpellings, macrosBySpelling } from "#src/core/macros/spellings.ts";
import { nearestName } from "#src/core/nearest-name.ts";
import { cutPieces } from "./cut-pieces.ts";
import type { Dialect, Piece } from "./dialect.ts";
import { readReference } from "./references.ts";
import { unknownPiece } from "./unknown-piece.ts";

/**
 * Leanplum's way of writing macros (seed 001): `{{Message ID}}`, the exact name with its blanks and
 * letter case. `{{param.x}}` and `{{secret.x}}` are Carom's own. Whatever else stands in double
 * braces is an error and never goes out as text; single braces are text, so JSON bodies need no
 * escape. Double braces that must be text are written encoded: `%7B%7Bx}}`, `\u007b{x}}`.
 */
export const leanplumDialect: Dialect = {
  name: "leanplum",
  read: (text) =>
    cutPieces(text, doubleBraces, (match) => ({ piece: readBraces(match), end: match.index + match[0].length })),
};

const doubleBraces = /\{\{([^{}]*)\}\}/g;
const macroByName = macrosBySpelling("leanplum");
const names = allSpellings("leanplum");

const readBraces = (match: RegExpExecArray): Piece => {
  const [written, content = ""] = match;
  const place = { written, at: match.index };
  const value = macroByName.get(content);
  if (value !== undefined) return { kind: "value", ...place, value };
  const reference = readReference(content);
  if (reference !== null) return { ...reference, ...place };
  return unknownPiece(place, () => {
    const nearest = nearestName(content, names);
    return nearest === null ? "" : `did you mean {{${nearest}}}?`;
  });
};
