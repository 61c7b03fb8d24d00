import { endOfString, endOfValue, skipBlank, stringContent } from "./json-text.ts";
import { parseJson } from "./parse-json.ts";
import type { RevenueNames } from "./revenue-names.ts";

/** What stands where a value is not shared (seed 003). */
export const maskedText = "N/A";
const maskedJson = `"${maskedText}"`;

const quote = 0x22;
const colon = 0x3a;

/**
 * The same JSON text with the values of revenue members replaced by `"N/A"`, at any depth, doubled
 * members too, and inside strings that hold JSON themselves. Everything else stays byte for byte;
 * text without revenue comes back as it is. Names are compared as decoded.
 *
 * In JSON a string followed by a colon is a member's name, and nothing else is: so one walk over the
 * strings finds every member without building the value.
 */
export function maskJson(text: string, isRevenue: RevenueNames): string {
  let masked = "";
  let kept = 0;
  let at = text.indexOf('"');
  while (at !== -1) {
    const end = endOfString(text, at);
    const after = skipBlank(text, end);
    if (text.charCodeAt(after) === colon) {
      const valueStart = skipBlank(text, after + 1);
      if (isRevenue(stringContent(text, at, end))) {
        masked += text.slice(kept, valueStart) + maskedJson;
        kept = endOfValue(text, valueStart);
        at = text.indexOf('"', kept);
      } else {
        at = text.charCodeAt(valueStart) === quote ? valueStart : text.indexOf('"', valueStart);
      }
      continue;
    }
    const inner = maskHeldJson(text.slice(at, end), isRevenue);
    if (inner !== null) {
      masked += text.slice(kept, at) + inner;
      kept = end;
    }
    at = text.indexOf('"', end);
  }
  return kept === 0 ? text : masked + text.slice(kept);
}

/** Plain text that may hold JSON (`custom_data`), masked; null where there is nothing to mask. */
export function maskTextHoldingJson(text: string, isRevenue: RevenueNames): string | null {
  if (!mayHoldJson.test(text) || parseJson(text).kind === "not_json") return null;
  const masked = maskJson(text, isRevenue);
  return masked === text ? null : masked;
}

/** Content that begins like an object, an array, or a string that may hold one in turn. */
const mayHoldJson = /^\s*["[{]/;
/** The same, where the first character may be escaped. */
const mayHoldJsonEscaped = /^"[\s\\[{]/;

function maskHeldJson(stringText: string, isRevenue: RevenueNames): string | null {
  if (!mayHoldJsonEscaped.test(stringText)) return null;
  const masked = maskTextHoldingJson(stringContent(stringText, 0, stringText.length), isRevenue);
  return masked === null ? null : JSON.stringify(masked);
}
