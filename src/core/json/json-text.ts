import type { Problem } from "#src/core/problem.ts";

/**
 * Reading JSON as text, without parsing it again: where values must keep the text they came with
 * (`120.00`, big integers, the order of members, doubled members). Every function but
 * `splitJsonArray` takes text that `JSON.parse` has taken; on other text they end, and answer anything.
 */

const quote = 0x22;
const comma = 0x2c;
const backslash = 0x5c;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;

export type JsonArraySplit =
  | { readonly kind: "split"; readonly elements: readonly string[] }
  | { readonly kind: "refused"; readonly problem: Problem };

/**
 * The texts of an array's elements. Only brackets and strings are looked at: each element has yet to
 * be parsed, so that one bad element does not take the others with it. However deep an element
 * nests, nothing here calls itself.
 */
export function splitJsonArray(text: string, limits: { readonly elementsMax?: number } = {}): JsonArraySplit {
  const start = skipBlank(text, 0);
  if (text.charCodeAt(start) !== openBracket)
    return refused("json.not_an_array", "the text must be a JSON array: [ … ]");
  const elements: string[] = [];
  const elementsMax = limits.elementsMax ?? Number.POSITIVE_INFINITY;
  let depth = 1;
  let elementStart = start + 1;
  for (let at = start + 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === quote) {
      at = endOfString(text, at) - 1;
    } else if (code === openBracket || code === openBrace) {
      depth++;
    } else if (code === comma && depth === 1) {
      elements.push(text.slice(elementStart, at).trim());
      if (elements.length >= elementsMax) return tooMany(elementsMax);
      elementStart = at + 1;
    } else if (code === closeBracket || code === closeBrace) {
      depth--;
      if (depth === 0) {
        if (code !== closeBracket || skipBlank(text, at + 1) < text.length) break;
        const last = text.slice(elementStart, at).trim();
        if (last !== "" || elements.length > 0) elements.push(last);
        return elements.length > elementsMax ? tooMany(elementsMax) : { kind: "split", elements };
      }
    }
  }
  return refused("json.array_unclosed", "the JSON array is not closed by its last character");
}

const refused = (code: string, message: string): JsonArraySplit => ({
  kind: "refused",
  problem: { path: [], code, message },
});

const tooMany = (elementsMax: number): JsonArraySplit =>
  refused("json.too_many_elements", `the array has more than ${elementsMax} elements; send several smaller ones`);

/** The text of an object's member, exactly as it stands there; null without one. Names are compared as decoded, the last of doubled members wins, as in `JSON.parse`. */
export function memberText(objectText: string, name: string): string | null {
  let at = skipBlank(objectText, 0);
  if (objectText.charCodeAt(at) !== openBrace) return null;
  let found: string | null = null;
  at = skipBlank(objectText, at + 1);
  while (objectText.charCodeAt(at) === quote) {
    const nameEnd = endOfString(objectText, at);
    const valueStart = skipBlank(objectText, skipBlank(objectText, nameEnd) + 1);
    const valueEnd = endOfValue(objectText, valueStart);
    // An escaped name takes more room than itself: a shorter text cannot be it.
    const mayBe = nameEnd - at - 2 >= name.length;
    if (mayBe && stringContent(objectText, at, nameEnd) === name) found = objectText.slice(valueStart, valueEnd);
    at = skipBlank(objectText, valueEnd);
    if (objectText.charCodeAt(at) !== comma) break;
    at = skipBlank(objectText, at + 1);
  }
  return found;
}

/**
 * `memberText` of a member that the object is known to have. Where its name stands in the text once, and
 * nothing in the text is escaped, that is where it begins: no member before it is looked through.
 */
export function knownMemberText(objectText: string, name: string): string | null {
  const quoted = `"${name}"`;
  const at = objectText.indexOf(quoted);
  if (at === -1 || objectText.includes("\\") || objectText.includes(quoted, at + 1))
    return memberText(objectText, name);
  const valueStart = skipBlank(objectText, skipBlank(objectText, at + quoted.length) + 1);
  return objectText.slice(valueStart, endOfValue(objectText, valueStart));
}

/** The members of an object in order: each name as decoded, with the text of its value exactly as it stands there. Doubled ones are told twice. */
export function jsonMembers(objectText: string): readonly (readonly [name: string, valueText: string])[] {
  const members: [string, string][] = [];
  let at = skipBlank(objectText, skipBlank(objectText, 0) + 1);
  while (objectText.charCodeAt(at) === quote) {
    const nameEnd = endOfString(objectText, at);
    const valueStart = skipBlank(objectText, skipBlank(objectText, nameEnd) + 1);
    const valueEnd = endOfValue(objectText, valueStart);
    members.push([stringContent(objectText, at, nameEnd), objectText.slice(valueStart, valueEnd)]);
    at = skipBlank(objectText, valueEnd);
    if (objectText.charCodeAt(at) !== comma) break;
    at = skipBlank(objectText, at + 1);
  }
  return members;
}

/** A member as plain text: by its own name, else by a name for each dot; null without one. */
export function memberAt(objectText: string, path: string): string | null {
  const whole = memberText(objectText, path);
  if (whole !== null) return textOfJson(whole);
  for (let dot = path.indexOf("."); dot !== -1; dot = path.indexOf(".", dot + 1)) {
    const inner = memberText(objectText, path.slice(0, dot));
    const found = inner === null ? null : memberAt(inner, path.slice(dot + 1));
    if (found !== null) return found;
  }
  return null;
}

/** A JSON value as plain text: a string's content, everything else as it stands; null for `null`. */
export function textOfJson(valueText: string): string | null {
  if (valueText === "null") return null;
  return valueText.charCodeAt(0) === quote ? stringContent(valueText, 0, valueText.length) : valueText;
}

/** The content of the string that stands, quotes included, from `start` to `end`. */
export function stringContent(text: string, start: number, end: number): string {
  const inside = text.slice(start + 1, end - 1);
  if (!inside.includes("\\")) return inside;
  const decoded: unknown = JSON.parse(text.slice(start, end));
  return String(decoded);
}

/** Where the first character that is no blank stands, from `at`. */
export function skipBlank(text: string, at: number): number {
  for (;;) {
    const code = text.charCodeAt(at);
    if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return at;
    at++;
  }
}

/** Just past the string that begins with the quote at `start`. */
export function endOfString(text: string, start: number): number {
  let at = start;
  for (;;) {
    at = text.indexOf('"', at + 1);
    if (at === -1) return text.length;
    let escapes = 0;
    while (text.charCodeAt(at - 1 - escapes) === backslash) escapes++;
    // Backslashes before the closing quote pair up; an odd one escapes it. The opening quote stops the count.
    if (escapes % 2 === 0) return at + 1;
  }
}

/** Just past the value that begins at `start`. */
export function endOfValue(text: string, start: number): number {
  const first = text.charCodeAt(start);
  if (first === quote) return endOfString(text, start);
  let at = start;
  if (first !== openBrace && first !== openBracket) {
    while (at < text.length && !endsScalar(text.charCodeAt(at))) at++;
    return at;
  }
  let depth = 0;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === quote) {
      at = endOfString(text, at);
      continue;
    }
    if (code === openBrace || code === openBracket) depth++;
    else if (code === closeBrace || code === closeBracket) depth--;
    at++;
    if (depth === 0) return at;
  }
  return at;
}

const endsScalar = (code: number): boolean =>
  code === comma || code === closeBrace || code === closeBracket || code <= 0x20;

/** Whether a parsed value nests objects and arrays more than `depthMax` deep; a plain value has depth 0. */
export function isDeeperThan(value: unknown, depthMax: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (depthMax === 0) return true;
  for (const member of Array.isArray(value) ? value : Object.values(value)) {
    if (typeof member === "object" && isDeeperThan(member, depthMax - 1)) return true;
  }
  return false;
}
