import type { Piece } from "./dialect.ts";

/** What a dialect makes of a match: a piece, or null for text; `end` where the piece reaches beyond the match. */
export type ReadMatch = (match: RegExpExecArray) => { readonly piece: Piece; readonly end: number } | null;

/** Cuts a text into pieces where `pattern` (global) may begin a macro; what `read` declines is text, but for what follows its first character. */
export const cutPieces = (text: string, pattern: RegExp, read: ReadMatch): readonly Piece[] => {
  const pieces: Piece[] = [];
  let textFrom = 0;
  const scan = new RegExp(pattern.source, pattern.flags);
  for (let match = scan.exec(text); match !== null; match = scan.exec(text)) {
    const found = read(match);
    if (found === null) {
      scan.lastIndex = match.index + 1;
      continue;
    }
    if (match.index > textFrom) pieces.push({ kind: "text", text: text.slice(textFrom, match.index) });
    pieces.push(found.piece);
    textFrom = found.end;
    scan.lastIndex = found.end;
  }
  if (textFrom < text.length) pieces.push({ kind: "text", text: text.slice(textFrom) });
  return pieces;
};
