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

/** The third group is such a name that a semicolon was put behind: `&curren;cy=`. An ampersand may be damaged twice. */
const damage = new RegExp(
  [
    `([${Object.keys(characterOfName).join("")}])([A-Za-z0-9_.-]*)(?==)`,
    `&(${Object.values(characterOfName).join("|")});(?=[A-Za-z0-9_.-]*=)`,
    "&(?:amp|#38|#x26);(?:amp;)*",
    "&(?:lt|gt|quot|apos|#[0-9]+);",
  ].join("|"),
  "gi",
);

/** A sentence for each damaged place, with the repair. Characters are counted from 1 and from `offset`. */
export const entityDamage = (text: string, offset: number): readonly string[] =>
  Array.from(text.matchAll(damage), (match) => {
    const repaired = repairOf(match) ?? "the character itself, percent-encoded";
    return `${match[0]} at character ${offset + match.index + 1} is damage by HTML; write ${repaired}`;
  });

/** The text as it was before the damage. */
export const repairEntities = (text: string): string => {
  let repaired = "";
  let kept = 0;
  for (const match of text.matchAll(damage)) {
    repaired += text.slice(kept, match.index) + (repairOf(match) ?? percentEncoded(match[0]));
    kept = match.index + match[0].length;
  }
  return repaired + text.slice(kept);
};

/** Null for an entity of a character that no URL has bare. */
const repairOf = ([found, character, rest = "", name]: RegExpExecArray): string | null => {
  if (character !== undefined) return `&${characterOfName[character] ?? ""}${rest}`;
  if (name !== undefined) return `&${name}`;
  return /^&(?:amp|#38|#x26);/i.test(found) ? "&" : null;
};

const characters: Readonly<Record<string, string>> = { "&lt;": "<", "&gt;": ">", "&quot;": '"', "&apos;": "'" };

const percentEncoded = (entity: string): string => {
  const character = characters[entity.toLowerCase()];
  const code = Number(entity.slice(2, -1));
  if (character === undefined && !(code <= 0x10ffff)) return entity;
  return encodeURIComponent((character ?? String.fromCodePoint(code)).toWellFormed());
};
