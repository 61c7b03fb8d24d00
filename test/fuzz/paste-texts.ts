import type { Dice } from "./dice.ts";

/** What stands before a row: where the patterns of pasted text begin to read. */
export const openings = [
  ...["%7B", "%5B", "%28", "%3C", "%257B", "%24%7B", "%23", "%24%24sdk%28", "%25257B", "$$sdk%28"].map(
    (opening) => `https://net.example/p?a=${opening}`,
  ),
  ...["https://net.example/", "https%3A%2F%2Fnet.example%2F%3Fa%3D", "{", '{"a":"', "<a ", "(", "a=", ""],
];

/** All that the patterns know by name, and what may be read as one or the other. */
export const pieces = [
  ...["%20", "%25", "%2520", "%2525", "%252520", "%7B", "%7D", "%257D", "%7C", "%24", "%3A", "%5D", "%29", "%3E"],
  ...["%26", "%26amp%3b", "%abc%", "%%a", "%a%", "%{", "%{a}", "{%a%}", "{%"],
  ...["${", "#{", "{{", "}}", "{", "}", "{a|", "{a|b:", "{a.b", "{event_value.", "{:a", "{!a", "{ a", "{a?", "{a "],
  ...[
    "[",
    "]",
    "[a",
    "[a]",
    "[[",
    "](",
    "$$",
    "$$a",
    "$$sdk(",
    "((",
    "(",
    ")",
    "(a",
    "(a)",
    "(a ",
    " ",
    "\t",
    "\n",
    "a",
  ],
  ...["__", "__A", "__A_", "_", "#a", "#", "@@a", "=!a", "=$a", "=%a", "!", "<a", "<a1", "<", ">", "</", "//A_B"],
  ...["YOUR_A", "YOUR_", "=A_", "A_", "A", "=", "&", "?", ":", "|", "'", '"', "0", ".", "-"],
  ...["¤", "¤a", "&amp;", "&amp;amp;", "amp;", "&curren;", "&#38;", "&lt", "&lt;", "&lbrace;", "\u200b", "“", "”", "«"],
  ...[" HTTP/1", " HTTP/1.1", "GET https:", "https://"],
];

/** The pieces in turn up to a length: about 30 of them are more readings than anybody waits for, where each has two. */
export const rowOf = (row: readonly string[], length: number): string => {
  const once = row.join("");
  return once.repeat(Math.ceil(length / once.length)).slice(0, length);
};

/** Rows of one to three pieces behind an opening, and at times behind a first row. */
export const pasteTexts = function* (dice: Dice, times: number): Generator<string> {
  const row = () =>
    rowOf(
      Array.from({ length: 1 + dice.below(3) }, () => dice.pick(pieces)),
      40 + dice.below(240),
    );
  for (let each = 0; each < times; each += 1)
    yield dice.pick(openings) + row() + (dice.hits(0.3) ? dice.pick(pieces) + row() : dice.pick(pieces));
};
