import { endOfValue, memberText, skipBlank, splitJsonArray, textOfJson } from "./json-text.ts";
import { parseJson } from "./parse-json.ts";

/**
 * The plain value at an RFC 6901 pointer, as it is written: a string's content, and of everything else the text (`true`, `null`,
 * `1.0`, which is not `1`, and every digit of a number that no program could count to). Null where there is none, or no JSON.
 */
export function valueAtPointer(jsonText: string, pointer: string): string | null {
  if (parseJson(jsonText).kind === "not_json" || (pointer !== "" && !pointer.startsWith("/"))) return null;
  const start = skipBlank(jsonText, 0);
  let text = jsonText.slice(start, endOfValue(jsonText, start));
  for (const step of pointer.split("/").slice(1)) {
    const inner = memberOf(text, step.replaceAll("~1", "/").replaceAll("~0", "~"));
    if (inner === null) return null;
    text = inner;
  }
  if (text.startsWith("{") || text.startsWith("[")) return null;
  return textOfJson(text) ?? text;
}

/** A member of an object, or an element of an array by its index; null where there is none, and of a plain value. */
function memberOf(text: string, name: string): string | null {
  if (!text.startsWith("[")) return memberText(text, name);
  const split = splitJsonArray(text);
  return split.kind === "split" && /^(?:0|[1-9]\d*)$/.test(name) ? (split.elements[Number(name)] ?? null) : null;
}
