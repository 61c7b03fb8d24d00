import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import fc from "fast-check";
import { repairPaste } from "./paste-damage.ts";
import { translateNotation } from "./translate-notation.ts";

const corpus: readonly string[] = readFileSync(new URL("../fixtures/partner-templates.jsonl", import.meta.url), "utf8")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line).template);
const urls = corpus.filter((template) => !template.startsWith("{ "));

const read = (text: string): string => {
  const proposal = translateNotation(text);
  return proposal.kind === "refused" ? proposal.reason : `${proposal.dialect} ${proposal.text}`;
};

/** Names of HTML's characters that a parameter can begin with, without the semicolon that a page adds or forgets. */
const entities = { curren: "¤", times: "×", reg: "®", para: "¶", not: "¬", sect: "§", copy: "©", deg: "°" };
const throughEntities = (write: (name: string, character: string) => string) => (text: string) =>
  Object.entries(entities).reduce(
    (damaged, [name, character]) => damaged.replaceAll(`&${name}`, write(name, character)),
    text,
  );
const inPlaceOf =
  (...pairs: readonly (readonly [from: string, to: string])[]) =>
  (text: string) =>
    pairs.reduce((damaged, [from, to]) => damaged.replaceAll(from, to), text);

const damages: Readonly<Record<string, (text: string) => string>> = {
  "&amp;": inPlaceOf(["&", "&amp;"]),
  "&amp;amp;": inPlaceOf(["&", "&amp;amp;"]),
  "&#38;": inPlaceOf(["&", "&#38;"]),
  "&#x26;": inPlaceOf(["&", "&#x26;"]),
  "¤cy=": throughEntities((_, character) => character),
  "&curren;cy=": throughEntities((name) => `&${name};`),
  "{ as %7B": inPlaceOf(["{", "%7B"], ["}", "%7D"]),
  "{ as %7b": inPlaceOf(["{", "%7b"], ["}", "%7d"]),
  "{ as %257B": inPlaceOf(["{", "%257B"], ["}", "%257D"]),
  "{ as %25257B": inPlaceOf(["{", "%25257B"], ["}", "%25257D"]),
  "{ as &#123;": inPlaceOf(["{", "&#123;"], ["}", "&#125;"]),
  "{ as &#x7B;": inPlaceOf(["{", "&#x7B;"], ["}", "&#x7D;"]),
  "{ as &lbrace;": inPlaceOf(["{", "&lbrace;"], ["}", "&rbrace;"]),
  "[ as %5B": inPlaceOf(["[", "%5B"], ["]", "%5D"]),
  "( as %28": inPlaceOf(["(", "%28"], [")", "%29"]),
  "encoded as a whole": (text) => (/^https?:/.test(text) ? encodeURIComponent(text) : text),
  "encoded twice": (text) => (/^https?:/.test(text) ? encodeURIComponent(encodeURIComponent(text)) : text),
  "blanks around": (text) => `  ${text}\r\n`,
  "blanks at its joints": inPlaceOf(["&", " & "], ["=", "= "]),
  "a line for each parameter": inPlaceOf(["&", "\n&"]),
  "lines broken behind &": inPlaceOf(["&", "&\r\n\t"]),
  "no-break spaces": (text) => `\u00a0${text}\u00a0`,
  "zero-width spaces": inPlaceOf(["&", "\u200b&"], ["=", "=\ufeff"]),
  "soft hyphens": inPlaceOf(["_", "_\u00ad"]),
  "blanks in braces": (text) => text.replace(/\{([A-Za-z_]\w*)\}/g, "{ $1 }"),
  ...Object.fromEntries(
    [`""`, `''`, "``", "“”", "„“", "‘’", "«»", "<>"].map(([open, close]) => [
      `in ${open}${close}`,
      (text: string) => (/^https?:/.test(text) ? `${open}${text}${close}` : text),
    ]),
  ),
  "behind its method": (text) => (/^https?:/.test(text) ? `GET ${text} HTTP/1.1` : text),
};

for (const [name, damage] of Object.entries(damages)) {
  test(`every real template is read as it was: ${name}`, () => {
    const damaged = urls.filter((url) => damage(url) !== url);
    assert.ok(damaged.length > 0, "some are damaged so");
    for (const url of damaged) assert.equal(read(damage(url)), read(url), damage(url));
  });
}

/** Of the real templates those with plain names in plain braces alone, which any tracker could have printed its way. */
const plain = urls.filter(
  (url) => /^https?:.*\{[a-z_]+\}/.test(url) && !/\{\{|\$\{|\{[^a-z]|\{[a-z]+[.-]|[(¤]|\{eventtime|&amp;/.test(url),
);
const notations: Readonly<Record<string, (name: string) => string>> = {
  "{{x}}": (name) => `{{${name}}}`,
  "[x]": (name) => `[${name}]`,
  $x$: (name) => `$${name}$`,
  "%x%": (name) => `%${name}%`,
  "%%x%%": (name) => `%%${name}%%`,
  "#x#": (name) => `#${name}#`,
  "@@x@@": (name) => `@@${name}@@`,
  "!x!": (name) => `!${name}!`,
  "{!x!}": (name) => `{!${name}!}`,
  "{:x}": (name) => `{:${name}}`,
  "%{x}": (name) => `%{${name}}`,
  "#{x}": (name) => `#{${name}}`,
  [`\${x}`]: (name) => `\${${name}}`,
  "[ x ]": (name) => `[ ${name} ]`,
  "%7B%7Bx%7D%7D": (name) => `%7B%7B${name}%7D%7D`,
  "[[x]]": (name) => `[[${name}]]`,
  "%5Bx%5D": (name) => `%5B${name}%5D`,
  "%25x%25": (name) => `%25${name}%25`,
  "%23x%23": (name) => `%23${name}%23`,
  "%24%7Bx%7D": (name) => `%24%7B${name}%7D`,
};

for (const [notation, write] of Object.entries(notations)) {
  test(`a macro in the notation ${notation} is the one that it is in braces`, () => {
    assert.ok(plain.length >= 25, `${plain.length} real templates are tried`);
    for (const url of plain) {
      const other = url.replace(/\{([a-z_]+)\}/gi, (_, name: string) => write(name));
      assert.equal(read(other), read(url), other);
    }
  });
}

for (const [open, close] of [
  ["&lt;", "&gt;"],
  ["&amp;lt;", "&amp;gt;"],
  ["&#60;", "&#62;"],
  ["&#x3C;", "&#x3e;"],
  ["%3C", "%3E"],
  ["%253c", "%253e"],
])
  test(`a macro in ${open}x${close} is the one that it is in angle brackets`, () => {
    for (const url of plain) {
      const other = (left: string, right: string) => url.replace(/\{([a-z_]+)\}/gi, `${left}$1${right}`);
      assert.equal(read(other(open ?? "", close ?? "")), read(other("<", ">")), url);
    }
    assert.equal(read(`https://p.example/?cid=${open}clickid${close}`), "carom https://p.example/?cid={clickid}");
  });

test("a comparison sign was a parameter once, in a URL alone", () => {
  assert.equal(repairPaste("https://p.example/?a=1<v=2>m=3"), "https://p.example/?a=1&ltv=2&gtm=3");
  assert.equal(repairPaste("<q><v>x=1</v></q>"), "<q><v>x=1</v></q>");
});

test("ampersands of a URL that was an argument are decoded where parameters meet", () => {
  assert.equal(
    read("https://p.example/?a=[CLICKID]%26amp%3Bb=[PAYOUT]%26c=x%26d"),
    "carom https://p.example/?a={clickid}&b={monetary}&c=x%26d",
  );
  assert.equal(read("https://p.example/?a={clickid}&b=x%26c=1"), "carom https://p.example/?a={clickid}&b=x%26c=1");
});

test("a name with percent signs in it, once or over again encoded, has one reading", () => {
  for (const [damaged, repaired] of [
    ["%7Ba%2520b%7D", "{a b}"],
    ["%7B%25a%25%7D", "{%a%}"],
    ["%7B%2525a%2525%257D", "{%a%}"],
    ["%7Ba%257D", "{a}"],
    ["%7Ba%25257D", "{a}"],
    ["%7B%2520%2525%7D", "{ %}"],
  ] as const)
    assert.equal(repairPaste(`https://p.example/?a=${damaged}`), `https://p.example/?a=${repaired}`);
  const open = `https://p.example/?a=%7B${"%2520".repeat(200)}`;
  assert.equal(repairPaste(open), open);
});

test("a URL is taken out of what is around it, and whatever is around it any number of times is no fault", () => {
  const url = "https://p.example/?a={clickid}";
  for (const wrapped of [`"${url}"`, `<${url}>`, `GET ${url} HTTP/1.1`, ` POST ${url} HTTP/2 `, `«${url} HTTP/1.1»`])
    assert.equal(repairPaste(wrapped), url, wrapped);
  for (const [before, after] of [
    ["", " HTTP/1"],
    ['"', '"'],
    ["<", ">"],
    ["GET ", ""],
  ] as const) {
    const often = before.repeat(37_000) + url + after.repeat(37_000);
    assert.ok(repairPaste(often).length <= often.length);
  }
});

test("what is written so on purpose stays", () => {
  for (const text of [
    "https://p.example/?a=%7B%22b%22%3A1%7D&c=%C3%A9&d=100%25",
    "https://p.example/?items%5Bid%5D=5&x%28y%29=z&e=foo%28bar%29",
    "https://p.example/?a=%E2%82%AC&b=1%2B1",
    "https%3A%2F%2Fp.example%2F%E2%82",
    "Bearer abc=",
    '{"a": "b & c", "d": [true, [1]]}',
    "<note><to>A &amp; B</to></note>",
    '"not a URL"',
  ])
    assert.equal(repairPaste(text), text);
  const array = "https://p.example/?items[id]={clickid}&of[a][b]=1";
  assert.equal(read(array), `carom ${array}`);
  assert.equal(read("https://p.example/?a=[CLICKID][PAYOUT]"), "carom https://p.example/?a={clickid}{monetary}");
});

test("JSON out of a web page or a word processor is JSON again", () => {
  const json = '{"id": "{click_id}", "n": {payout}}';
  assert.equal(repairPaste(json.replaceAll('"', "&quot;")), json);
  assert.equal(repairPaste(json.replaceAll('"', "”")), json);
  assert.equal(read(`\u200b ${json.replaceAll('"', "“")}\n`), 'carom {"id": "{clickid}", "n": {monetary}}');
});

test("any text is repaired, in time that grows with its length alone", () => {
  const fragment = fc.constantFrom(
    "%",
    "%25",
    "%7B",
    "%7D",
    "&amp;",
    "{ ",
    " }",
    "\n",
    "https://",
    "“",
    "<",
    "=",
    "&",
    "%26",
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(fragment, fc.string({ maxLength: 3 })), { maxLength: 20 }), (all) => {
      assert.equal(typeof repairPaste(all.join("")), "string");
    }),
  );
  for (const piece of ["%25", "%7B", "%7Ba", " ", "{ a", "&amp;", "<a", "=%25a", "&#12", "[ a ", "}%26a"]) {
    const text = `https://p.example/?a=${piece.repeat(200_000 / piece.length)}`;
    assert.equal(typeof repairPaste(text), "string");
  }
});
