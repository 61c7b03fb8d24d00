import { repairEntities } from "./entity-damage.ts";
import { roundMacrosIn } from "./round-macros.ts";

/**
 * What a URL or a body goes through on its way out of a web page, a mail or a chat: quotes and blanks around it, broken
 * lines, characters that nobody sees, entities of HTML, and brackets that were percent-encoded. For pasted templates only:
 * a saved one is taken as it is written.
 */
export const repairPaste = (pasted: string): string => {
  const text = restoreAngles(unwrap(visible(pasted)));
  if (isMarkup(text)) return text;
  if (!isUrl(text)) return repairEntities(isJsonLike(text) ? straight(characters(text)) : text);
  const joined = joinLines(decodeWhole(text));
  return decodeAmpersands(decodeTokens(joinTokens(repairEntities(restoreComparisons(characters(joined))))));
};

/** Zero-width characters, soft hyphens and byte order marks; blanks that are no blanks. */
const visible = (text: string): string =>
  text.replace(/[\u00ad\u200b-\u200d\u2060\ufeff]/g, "").replace(/[\u00a0\u202f]/g, " ");

const wrappings: readonly (readonly [open: string, close: string])[] = [
  ['"', '"'],
  ["'", "'"],
  ["`", "`"],
  ["“", "”"],
  ["„", "“"],
  ["‘", "’"],
  ["«", "»"],
  ["<", ">"],
];

/** The URL in quotes, or behind its method, as documentation prints it. Each round takes something away; nobody wraps more often. */
const unwrap = (text: string): string => {
  let unwrapped = text.trim();
  for (let round = 0; round < 10; round += 1) {
    const inner = unwrapOnce(unwrapped);
    if (inner === unwrapped) break;
    unwrapped = inner;
  }
  return unwrapped;
};

const unwrapOnce = (text: string): string => {
  const bare = text.replace(/^(?:GET|POST|PUT) (?=https?:)/, "").replace(/ HTTP\/[12](?:\.[01])?$/, "");
  if (bare !== text) return bare.trim();
  const pair = wrappings.find(([open, close]) => bare.length > 1 && bare.startsWith(open) && bare.endsWith(close));
  const inner = bare.slice(1, -1).trim();
  return pair !== undefined && isUrl(inner) ? inner : bare;
};

/** Or the query of one, which a form is, too. */
const isUrl = (text: string): boolean => /^(?:https?:\/\/|https?%(?:25)*3a|[?&]|[A-Za-z_][\w.-]{0,63}=)/i.test(text);
const isMarkup = (text: string): boolean => /^<[A-Za-z?!]/.test(text);
const isJsonLike = (text: string): boolean => /^[{[]\s*["“”&{[]/.test(text);

/** In markup these are how the characters are written; elsewhere they are damage, where they stand for what a template is written with. */
const characters = (text: string): string =>
  text.replace(/&(?:#\d{2,3}|#x[0-9a-f]{2}|[a-z]{3,6});/gi, (entity) => {
    const character = characterOf(entity.slice(1, -1).toLowerCase());
    return /^[{}[\]()$#%_=?/:.,~|!@"A-Za-z0-9-]$/.test(character) ? character : entity;
  });

const characterOf = (name: string): string => {
  if (name.startsWith("#x")) return String.fromCharCode(Number.parseInt(name.slice(2), 16));
  return name.startsWith("#") ? String.fromCharCode(Number(name.slice(1))) : (named[name] ?? "");
};

const named: Readonly<Record<string, string>> = {
  lbrace: "{",
  lcub: "{",
  rbrace: "}",
  rcub: "}",
  lbrack: "[",
  lsqb: "[",
  rbrack: "]",
  rsqb: "]",
  lpar: "(",
  rpar: ")",
  dollar: "$",
  num: "#",
  percnt: "%",
  lowbar: "_",
  equals: "=",
  quest: "?",
  sol: "/",
  colon: ":",
  period: ".",
  comma: ",",
  excl: "!",
  quot: '"',
};

/** `&ltv=` is `<v=` after HTML, `&gtm=` is `>m=`. */
const restoreComparisons = (text: string): string =>
  text.replace(/([<>])(?=[A-Za-z0-9_]{1,64}=)/g, (_, sign) => (sign === "<" ? "&lt" : "&gt"));

/** `&lt;clickid&gt;` is a place to be filled in before it is damage, however often it went through HTML. In markup it is text. */
const restoreAngles = (text: string): string =>
  isMarkup(text)
    ? text
    : text.replace(
        /&(?:amp;){0,3}(?:lt|#0?60|#x3c);([A-Za-z][A-Za-z0-9_]{0,63})&(?:amp;){0,3}(?:gt|#0?62|#x3e);/gi,
        "<$1>",
      );

/** JSON in typographic quotes, as word processors write it. */
const straight = (text: string): string => text.replace(/[“”„]/g, '"');

/** A URL that was an argument itself. Twice at most: nobody means more. */
const decodeWhole = (text: string): string => {
  let decoded = text;
  for (let round = 0; round < 2 && /^https?%/i.test(decoded); round++) {
    const once = decodeComponent(decoded);
    if (once === null) return text;
    decoded = once;
  }
  return decoded;
};

const decodeComponent = (text: string): string | null => {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
};

/** A line broken by a mail, and blanks where parameters meet; a blank inside a macro's name stays (`(media source)`). */
const joinLines = (text: string): string =>
  text
    .split(/[\r\n]/)
    .map((line) => line.trim())
    .join("")
    .replace(/[ \t]+/g, (blanks, at: number, whole: string) => {
      const before = whole.charAt(at - 1);
      const after = whole.charAt(at + blanks.length);
      return /[?&=]/.test(before) || /[?&=]/.test(after) ? "" : blanks;
    });

/** `{ clickid }`, `[ CLICK_ID ]`. */
const joinTokens = (text: string): string =>
  text.replace(/(?:[$#]?\{\{?|\[)[ \t]{1,8}[A-Za-z_][^{}[\]]{0,80}(?:\}\}?|\])/g, (token) =>
    token.replace(/[ \t]+(?=[}\]])|(?<=[{[])[ \t]+/g, ""),
  );

/** A bracket, encoded once or over again, a name, and its counterpart. Square ones make arrays of names, so only in values. */
const inName = "20|7B|7C|24|3A";
const encodedToken = new RegExp(
  [
    "(?:E(?:24|23|25))?E7BN{1,80}?(?:E7D){1,2}",
    // A place whose name was lost: it is refused with its place, as it would be in plain brackets.
    "(?<==)E7BE7D(?=&|$)",
    "(?<=[=/])(?:E5B){1,2}N{1,80}?(?:E5D){1,2}",
    "(?<=[=/])(?:(?:E24E24|[$][$])[a-z]{2,8})?E28N{1,80}?E29",
    "(?<=[=/])(?:E3C){1,2}N{1,80}?(?:E3e){1,2}",
    "(?<=[=/])E(?:23|24|25)[A-Za-z_][A-Za-z0-9_]{0,63}E(?:23|24|25)(?=[&/]|$)",
  ]
    .join("|")
    .replaceAll("E", "%(?:25)*")
    // Each `%` has one reading: were `%2520` a blank and also `%25`, `2` and `0`, a row of them had readings without number.
    .replaceAll("N", `(?:[A-Za-z0-9_.~$:| -]|%[A-Za-z]{3,20}%|%(?:25)*(?:${inName})|%(?:25)+(?!25|${inName}))`),
  "gi",
);

const decodeTokens = (text: string): string =>
  text.replace(encodedToken, (token) => {
    const decoded = token.replace(/%(?:25)*(20|2[3-589]|3[ace]|5[bd]|7[b-d])/gi, (_, code: string) =>
      String.fromCharCode(Number.parseInt(code, 16)),
    );
    // Round brackets are text but where AppsFlyer reads a macro in them.
    return decoded.startsWith("(") && roundMacrosIn(decoded).length === 0 ? token : decoded;
  });

/** A URL that was an argument of a query has `%26` for its ampersands: where a token ends, a name follows, and none is plain. */
const decodeAmpersands = (text: string): string =>
  text.includes("&") || !/[}\])>#]%26/.test(text)
    ? text
    : text.replace(/(?<=[}\])>#])%26(?:amp%3b)?(?=[A-Za-z_][\w.-]{0,63}=)/gi, "&");
