import { appsflyerDialect } from "#src/core/dialects/appsflyer.ts";
import type { Piece } from "#src/core/dialects/dialect.ts";

/** What a text has in round brackets that AppsFlyer's dialect reads as a macro, or that is nearly one: elsewhere it is plain text. */
export const roundMacrosIn = (text: string): readonly Exclude<Piece, { readonly kind: "text" }>[] =>
  text.includes("(")
    ? appsflyerDialect.read(text, "url").flatMap((piece) => {
        if (piece.kind === "text" || !piece.written.includes("(")) return [];
        return piece.kind === "unknown" && !piece.hint.startsWith("did you mean") ? [] : [piece];
      })
    : [];
