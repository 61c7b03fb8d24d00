/** Markup that is safe to send: made by `html` alone, which escapes whatever is put into it. */
export type Html = { readonly markup: string };

type Piece = Html | string | null | readonly Html[];

/** Text is escaped, markup stands as it is, null is nothing. */
export const html = (texts: TemplateStringsArray, ...pieces: readonly Piece[]): Html => ({
  markup: texts.map((text, at) => text + markupOf(pieces[at] ?? null)).join(""),
});

const markupOf = (piece: Piece): string => {
  if (piece === null) return "";
  if (typeof piece === "string") return escapeHtml(piece);
  return "markup" in piece ? piece.markup : piece.map(({ markup }) => markup).join("");
};

/** For text between tags and for values between double quotes. */
export const escapeHtml = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
