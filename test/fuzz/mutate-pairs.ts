import type { Dice } from "./dice.ts";
import { hostileTexts } from "./mutate-json.ts";

export type Pair = readonly [name: string, value: string];

/**
 * A query or a form of valid pairs with some of its places made hostile: what is missing, doubled, of another name, cut
 * escapes, bytes that are no UTF-8. It has no space, control character or letter beyond ASCII, which no request line holds.
 */
export const mutatedPairs = (pairs: readonly Pair[], dice: Dice): string => {
  const rate = dice.pick([0, 0, 0.01, 0.05, 0.2]);
  const written = pairs.flatMap(([name, value]) => {
    if (dice.hits(rate)) return [];
    const text = `${nameText(name, dice, rate)}=${dice.hits(rate) ? hostileValueText(dice) : encoded(value, dice)}`;
    return dice.hits(rate) ? [text, `${encoded(name, dice)}=${hostileValueText(dice)}`] : [text];
  });
  if (dice.hits(rate)) written.push(dice.pick(hostilePairs));
  return written.join(dice.hits(rate / 10) ? dice.pick(["&&", ";", "?", "&amp;", "&?"]) : "&");
};

const nameText = (name: string, dice: Dice, rate: number): string => {
  if (!dice.hits(rate)) return encodeURIComponent(name);
  return dice.pick([
    () => encodeURIComponent(dice.pick(hostileTexts).slice(0, 300).toWellFormed()),
    // The same name, written otherwise.
    () => [...Buffer.from(name)].map(percent).join(""),
    () => `${encodeURIComponent(name)}[]`,
    () => `${encodeURIComponent(name)}%00`,
    () => encodeURIComponent(name.toUpperCase()),
    () => "",
  ])();
};

const percent = (byte: number): string => `%${byte.toString(16).padStart(2, "0")}`;

/** Either as it should be, or as clients do that do not encode: what no request line takes is encoded all the same. */
const encoded = (text: string, dice: Dice): string =>
  dice.hits(0.7)
    ? encodeURIComponent(text.toWellFormed())
    : text
        .toWellFormed()
        .replaceAll(/[^!$-;=?-~]/g, (letter) => encodeURIComponent(letter))
        .replaceAll(" ", "+");

const hostileValueText = (dice: Dice): string =>
  dice.pick([
    () => encodeURIComponent(dice.pick(hostileTexts).toWellFormed()),
    () => encodeURIComponent(dice.pick(hostileTexts).slice(0, 300).toWellFormed()),
    () => dice.pick(["%", "%zz", "%ff", "%c0%80", "%ed%a0%80", "%e2%98", "%25%32%35", "%u0041", "+", "=", "==="]),
    () => "%00".repeat(1 + dice.below(30)),
    () => "a".repeat(dice.pick([100, 2_083, 9_000])),
    () => encodeURIComponent(JSON.stringify({ __proto__: null, a: [1, { b: "c" }] })),
    () => "",
  ])();

const hostilePairs = [
  ...["__proto__=1", "__proto__[isAdmin]=1", "constructor.prototype=1", "=", "&", "a", "%", "=%ff"],
  ...["a[]=1&a[]=2", "a=1&a=2&a=3", `${"k=v&".repeat(500)}k=v`],
];
