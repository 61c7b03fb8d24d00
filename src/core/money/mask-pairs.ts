import { endOfValue } from "#src/core/json/json-text.ts";
import type { RevenueNames } from "./revenue-names.ts";

/** What stands where a value is not shared (seed 003). */
export const maskedText = "N/A";

/**
 * Free text with the values of revenue masked where a name stands before `=` or `:`: parameters of a
 * link, lines of a log, JSON with something around it. Where a value ends is not always plain; then
 * more is masked, never less.
 */
export function maskPairs(text: string, isRevenue: RevenueNames): string {
  let masked = "";
  let kept = 0;
  const token = new RegExp(tokenPattern, "g");
  for (let found = token.exec(text); found !== null; found = token.exec(text)) {
    if (!namesRevenue(found[0], isRevenue)) continue;
    const separator = matchAt(separatorPattern, text, token.lastIndex);
    if (separator === null) continue;
    const start = token.lastIndex + separator.length;
    const value = valueAt(text, start, quoteIn(separator));
    if (text.slice(value.start, value.end).trim() !== maskedText && value.end > value.start) {
      masked += text.slice(kept, value.start) + value.quote + maskedText + value.quote;
      kept = value.end;
    }
    token.lastIndex = value.end;
  }
  return kept === 0 ? text : masked + text.slice(kept);
}

/** Each run of characters is looked at once: what follows a name is matched at its end, not searched for. */
const tokenPattern = /[^\s"'\\=:&?;,#{}[\]()<>|/]+/u;
const separatorPattern = /(?:\\*["']|&quot;|&#0*34;|\])*\s*(?:=>|=|:)\s*/iy;
const openingPattern = /\\*["']|&quot;|&#0*34;/iy;
const scalarPattern = /(?:[^&;#|"'}\])<>\n,\\]|,(?=\d))*/y;

function matchAt(pattern: RegExp, text: string, at: number): string | null {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? null;
}

/** A path counts by its last step too: `order.revenue`. */
const namesRevenue = (name: string, isRevenue: RevenueNames): boolean =>
  isRevenue(name) || isRevenue(name.slice(name.lastIndexOf(".") + 1));

const quoteIn = (separator: string): string => /^(?:\\*["'])/.exec(separator)?.[0] ?? "";

/** Where a value stands; `quote` is what a masked one needs around it, as its name has it. */
function valueAt(
  text: string,
  start: number,
  quote: string,
): { readonly start: number; readonly end: number; readonly quote: string } {
  const opening = matchAt(openingPattern, text, start);
  if (opening !== null) {
    const inside = start + opening.length;
    return { start: inside, end: endOfQuoted(text, inside, opening), quote: "" };
  }
  const first = text[start];
  if (first === "{" || first === "[") return { start, end: endOfValue(text, start), quote };
  return { start, end: start + (matchAt(scalarPattern, text, start) ?? "").length, quote };
}

/** A quote that is escaped once more than the opening one is inside the value. */
function endOfQuoted(text: string, inside: number, opening: string): number {
  let at = text.indexOf(opening, inside);
  while (at > inside && text[at - 1] === "\\") at = text.indexOf(opening, at + 1);
  return at === -1 ? text.length : at;
}
