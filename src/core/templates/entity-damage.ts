/**
 * Copied through a web page, `&currency` becomes `¤cy` (seed 002 prints it so) and `&` becomes
 * `&amp;`: HTML reads some names after `&` as characters even without a semicolon. These are those
 * that a parameter's name can begin with.
 */
const characterOfName: Readonly<Record<string, string>> = {
  "¤": "curren",
  "¶": "para",
  "©": "copy",
  "®": "reg",
  "§": "sect",
  "×": "times",
  "¬": "not",
  "°": "deg",
  µ: "micro",
  "¥": "yen",
  "¢": "cent",
  "£": "pound",
  "·": "middot",
  "¯": "macr",
  "÷": "divide",
  ª: "ordf",
  º: "ordm",
  ð: "eth",
  þ: "thorn",
  "¨": "uml",
  "¦": "brvbar",
};

const damage = new RegExp(
  `([${Object.keys(characterOfName).join("")}])([A-Za-z0-9_.-]*)(?==)|&(?:amp|#38|#x26);|&(?:lt|gt|quot|apos|#[0-9]+);`,
  "gi",
);

/** A sentence for each damaged place, with the repair. Characters are counted from 1. */
export const entityDamage = (text: string): readonly string[] =>
  Array.from(text.matchAll(damage), ({ 0: found, 1: character, 2: rest = "", index }) => {
    const repaired = character === undefined ? plainOf(found) : `&${characterOfName[character] ?? ""}${rest}`;
    return `${found} at character ${index + 1} is damage by HTML; write ${repaired}`;
  });

const plainOf = (entity: string): string => {
  switch (entity.toLowerCase()) {
    case "&amp;":
    case "&#38;":
    case "&#x26;":
      return "&";
    default:
      return "the character itself, percent-encoded";
  }
};
