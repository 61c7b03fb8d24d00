import { endOfString, endOfValue, skipBlank, stringContent } from "#src/core/json/json-text.ts";
import { parseJson } from "#src/core/json/parse-json.ts";
import { maskedText, maskPairs } from "./mask-pairs.ts";
import type { RevenueNames } from "./revenue-names.ts";

const maskedJson = `"${maskedText}"`;

const quote = 0x22;
const colon = 0x3a;

/**
 * The same JSON text with the values of revenue members replaced by `"N/A"`, at any depth, doubled
 * members too, and inside strings that hold JSON or parameters themselves. Everything else stays byte for byte;
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
    const inner = maskString(text.slice(at, end), isRevenue);
    if (inner !== null) {
      masked += text.slice(kept, at) + inner;
      kept = end;
    }
    at = text.indexOf('"', end);
  }
  return kept === 0 ? text : masked + text.slice(kept);
}

/**
 * Text of an event outside of JSON, or inside one of its strings, masked: JSON as JSON, and whatever
 * else has a name of revenue before `=` or `:`, percent-encoded too. If a name can still be read from
 * it by whoever decodes it further, all of it is masked.
 */
export function maskText(text: string, isRevenue: RevenueNames): string {
  return maskTextAt(text, isRevenue, 0);
}

/** Encodings within each other that are taken apart; what is deeper is masked as a whole. */
const encodingsMax = 4;

function maskTextAt(text: string, isRevenue: RevenueNames, depth: number): string {
  if (!mayHoldPairs.test(text)) return text;
  const body = text.trim();
  if (mayHoldJson.test(body) && parseJson(body).kind === "parsed") {
    const masked = maskJson(body, isRevenue);
    return masked === body ? text : text.replace(body, () => masked);
  }
  const parts =
    depth < encodingsMax && text.includes("%")
      ? text.replace(partPattern, (part) => (part.includes("%") ? maskEncoded(part, isRevenue, depth) : part))
      : text;
  const masked = maskPairs(parts, isRevenue);
  const readable = decodedWhole(masked);
  return readable === masked || maskPairs(readable, isRevenue) === readable ? masked : maskedText;
}

/** Without these there is neither a member nor a parameter. */
const mayHoldPairs = /[=:%]|\\u/;
const mayHoldJson = /^["[{]/;
const partPattern = /[^&;?#\s"'<>{}|]+/g;

/** One parameter of a link, `name=value`, or what else has an encoded character in it. */
function maskEncoded(part: string, isRevenue: RevenueNames, depth: number): string {
  const start = part.indexOf("=") + 1;
  if (start > 0 && isRevenue(percentDecoded(part.slice(0, start - 1)))) return part.slice(0, start) + maskedText;
  const value = percentDecoded(part.slice(start));
  const masked = maskTextAt(value, isRevenue, depth + 1);
  return masked === value ? part : part.slice(0, start) + encodeURIComponent(masked.toWellFormed());
}

const percentDecoded = (text: string): string =>
  text.replace(/(?:%[0-9a-f]{2})+/gi, (run) => {
    try {
      return decodeURIComponent(run);
    } catch {
      return run.replace(/%([0-9a-f]{2})/gi, (_found, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
    }
  });

/** As a reader might decode it, one encoding after the other. */
function decodedWhole(text: string): string {
  let decoded = text;
  for (let round = 0; round < 2 * encodingsMax; round++) {
    const further = percentDecoded(decoded).replace(/\\u([0-9a-f]{4})/gi, (_found, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    );
    if (further === decoded) break;
    decoded = further;
  }
  return decoded;
}

function maskString(stringText: string, isRevenue: RevenueNames): string | null {
  if (!mayHoldPairs.test(stringText)) return null;
  const content = stringContent(stringText, 0, stringText.length);
  const masked = maskText(content, isRevenue);
  return masked === content ? null : JSON.stringify(masked);
}
