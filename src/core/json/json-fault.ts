/**
 * Where a text stops being JSON (RFC 8259): the offset of the first character that cannot stand
 * there, or the text's length where it ends too early. Null for a text that is JSON. The engine's own
 * parser tells the place in some of its messages only.
 */
export function findJsonFault(text: string): number | null {
  const open: string[] = [];
  let expected: Expected = "value";
  let at = skipSpace(text, 0);
  while (at < text.length) {
    const character = text[at] ?? "";
    if (!mayStand(expected, character, open)) return at;
    if (character === "{" || character === "[") {
      open.push(character);
      expected = character === "{" ? "name_or_end" : "value_or_end";
      at += 1;
    } else if (character === "}" || character === "]") {
      open.pop();
      expected = "more";
      at += 1;
    } else if (character === ",") {
      expected = open.at(-1) === "{" ? "name" : "value";
      at += 1;
    } else if (character === ":") {
      expected = "value";
      at += 1;
    } else {
      const scalar = character === '"' ? readString(text, at) : readWord(text, at);
      if (scalar.fault !== null) return scalar.fault;
      expected = isBeforeName(expected) ? "colon" : "more";
      at = scalar.end;
    }
    at = skipSpace(text, at);
  }
  return expected === "more" && open.length === 0 ? null : text.length;
}

/** `line 3, column 17`: both counted from 1, as editors do. */
export function placeInText(text: string, offset: number): string {
  const before = text.slice(0, offset);
  return `line ${before.split("\n").length}, column ${offset - before.lastIndexOf("\n")}`;
}

/** What may come next; `more` is a comma or the end of what is open. */
type Expected = "value" | "value_or_end" | "name" | "name_or_end" | "colon" | "more";

const isBeforeName = (expected: Expected): boolean => expected === "name" || expected === "name_or_end";

const mayStand = (expected: Expected, character: string, open: readonly string[]): boolean => {
  switch (expected) {
    case "value":
      return startsValue.test(character);
    case "value_or_end":
      return startsValue.test(character) || character === "]";
    case "name":
      return character === '"';
    case "name_or_end":
      return character === '"' || character === "}";
    case "colon":
      return character === ":";
    case "more": {
      const inside = open.at(-1);
      return inside !== undefined && (character === "," || character === (inside === "{" ? "}" : "]"));
    }
  }
};

const startsValue = /[{["\-0-9tfn]/;

type Scalar = { readonly end: number; readonly fault: number | null };

const readString = (text: string, start: number): Scalar => {
  for (let at = start + 1; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code < 0x20) return { end: at, fault: at };
    if (code === 0x22) return { end: at + 1, fault: null };
    if (code !== 0x5c) continue;
    escapedCharacter.lastIndex = at;
    const written = escapedCharacter.exec(text)?.[0];
    if (written === undefined) return { end: at, fault: at };
    at += written.length - 1;
  }
  return { end: text.length, fault: text.length };
};

const escapedCharacter = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const word = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;

const readWord = (text: string, start: number): Scalar => {
  word.lastIndex = start;
  const written = word.exec(text)?.[0];
  return written === undefined ? { end: start, fault: start } : { end: start + written.length, fault: null };
};

const skipSpace = (text: string, from: number): number => {
  let at = from;
  while (at < text.length && " \t\n\r".includes(text[at] ?? "x")) at += 1;
  return at;
};
