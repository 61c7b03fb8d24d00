import type { Dice } from "./dice.ts";

/** JSON text of a valid document with some of its places made hostile. Members may stand twice, numbers may be of any size. */
export const mutatedJson = (document: unknown, dice: Dice): string => {
  const rate = dice.pick([0, 0.002, 0.02, 0.1]);
  return write(document, { dice, rate, depth: 0 });
};

/** One text of the document in the place of another: it refers to what is not there, or names what is there already. */
export const withTextElsewhere = (document: unknown, dice: Dice): string => {
  const texts = textsIn(document);
  const [from, to] = [dice.pick(texts), dice.below(texts.length)];
  let place = -1;
  return JSON.stringify(document, (_name, value: unknown) => {
    if (typeof value !== "string") return value;
    place += 1;
    return place === to ? from : value;
  });
};

type Writing = {
  readonly dice: Dice;
  readonly rate: number;
  readonly depth: number;
};

const textsIn = (value: unknown): readonly string[] => {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
};

const write = (value: unknown, writing: Writing): string => {
  const { dice, rate, depth } = writing;
  if (dice.hits(rate)) return hostileValue(dice);
  const below = { ...writing, depth: depth + 1 };
  if (Array.isArray(value)) {
    const elements = value.map((element) => write(element, below));
    if (dice.hits(rate))
      elements.push(...Array.from({ length: dice.pick([1, 1, 40]) }, () => elements.slice(0, 30)).flat());
    return `[${elements.join(",")}]`;
  }
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const members = Object.entries(value).flatMap(([name, member]) => {
    if (dice.hits(rate)) return [];
    const text = `${nameText(name, dice, rate)}:${write(member, below)}`;
    return dice.hits(rate) ? [text, `${JSON.stringify(name)}:${hostileValue(dice)}`] : [text];
  });
  if (dice.hits(rate)) members.push(`${JSON.stringify(dice.pick(hostileNames))}:${hostileValue(dice)}`);
  return `{${members.join(dice.hits(rate / 10) ? ",," : ",")}}`;
};

const nameText = (name: string, dice: Dice, rate: number): string => {
  if (!dice.hits(rate)) return JSON.stringify(name);
  return dice.pick([
    () => JSON.stringify(dice.pick(hostileNames)),
    // The same name, written otherwise.
    () => `"\\u${name.charCodeAt(0).toString(16).padStart(4, "0")}${name.slice(1)}"`,
    () => JSON.stringify(name.toUpperCase()),
    () => JSON.stringify(`${name} `),
    // A letter of another alphabet that looks the same.
    () => JSON.stringify(name.replace("a", "\u0430").replace("e", "\u0435")),
    () => name,
  ])();
};

const hostileNames = [
  ...["__proto__", "constructor", "prototype", "toString", "hasOwnProperty", "then", "toJSON", "length", "valueOf"],
  ...["", " ", "0", "-1", "$ref", "$where", "a.b", "a[0]", "\u0000", "\ud800", "x".repeat(5_000), "\r\nx-evil: 1"],
];

const nested = (depth: number, open: string, close: string): string => open.repeat(depth) + close.repeat(depth);

export const hostileTexts = [
  ...[
    "",
    " ",
    "\u0000",
    "\ud800",
    "\udfff\ud800",
    "\r\nset-cookie: a=b",
    "../../etc/passwd",
    "..",
    "%00",
    "%zz",
    "☃".repeat(300),
  ],
  ...["x".repeat(3_000), "'; DROP TABLE event; --", "{7*7}", "{{constructor}}", "(idfa)", "{%adid%}", "$$sdk(idfa)"],
  ...[
    "\u202eevil",
    "ﬃ",
    "①②⑦.⓪.⓪.①",
    "xn--80ak6aa92e.com",
    "http://127.0.0.1/",
    "javascript:alert(1)",
    "\u0001hmac:sha256:hex:k\u0002",
  ],
  ...[
    "9999-12-31T23:59:59Z",
    "-271821-04-20T00:00:00Z",
    "2026-02-30",
    "1e999",
    "NaN",
    "true",
    "null",
    "<![CDATA[",
    "&amp;&#0;",
  ],
];

const hostileValue = (dice: Dice): string =>
  dice.pick([
    () =>
      dice.pick([
        "null",
        "true",
        "false",
        "0",
        "-0",
        "1e400",
        "-1e400",
        "1e-400",
        "9007199254740993",
        "0.1e+1",
        "01",
        "+1",
        ".5",
      ]),
    () => "9".repeat(1 + dice.below(2_000)),
    () =>
      dice.pick([
        "NaN",
        "Infinity",
        "undefined",
        "'a'",
        "{",
        "[",
        "}",
        '"',
        '"\\x"',
        '"\\ud800"',
        '"\\u12"',
        "/* c */ 1",
      ]),
    () => JSON.stringify(dice.pick(hostileTexts)),
    () => JSON.stringify(dice.pick(hostileTexts)),
    () => JSON.stringify(dice.pick(hostileTexts) + dice.pick(hostileTexts)),
    () => '"raw control \u0001 and lone \ud800"',
    () => nested(1 + dice.below(200), "[", "]"),
    () =>
      nested(dice.hits(0.02) ? 20_000 : dice.pick([10, 60, 300]), '{"a":[', "]}").slice(0, -dice.below(2) || undefined),
    () => `{"__proto__":{"isAdmin":true},"constructor":{"prototype":{"polluted":1}}}`,
    () => `[${Array.from({ length: dice.pick([3, 300]) }, () => dice.pick(["1", "null", '"a"', "{}"])).join(",")}]`,
    () => `{${Array.from({ length: dice.pick([3, 300]) }, (_, n) => `"k${n}":${n}`).join(",")}}`,
    () => dice.pick(["[]", "{}", '[""]', "[null]", '{"":""}', "[[],[[]]]"]),
  ])();

/** Some bytes changed, taken out, put in or cut off: what is no UTF-8 is among it. */
export const mutatedBytes = (bytes: Buffer, dice: Dice): Buffer => {
  const copy = Buffer.from(bytes);
  const at = dice.below(Math.max(1, copy.length));
  return dice.pick([
    () => copy.subarray(0, at),
    () => {
      for (let times = 0; times < 4; times += 1) copy[dice.below(Math.max(1, copy.length))] = dice.below(256);
      return copy;
    },
    () => Buffer.concat([copy.subarray(0, at), Buffer.from([0xff, 0xc0, 0x80, 0xed, 0xa0, 0x80]), copy.subarray(at)]),
    () => Buffer.concat([copy.subarray(0, at), copy.subarray(at + 1 + dice.below(10))]),
    () => Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), copy]),
  ])();
};
