import { type SecretName, secretName } from "#src/core/ids.ts";

/**
 * Where a named secret belongs in a rendered request stands a mark:
 *
 *   U+0001 place `:` name U+0002                          the secret itself
 *   U+0001 place `:` name `:` output `:` hex U+0002       HMAC-SHA-256 of a value (its UTF-8 in hex) under it
 *
 * Both control characters are taken out of every value before it is rendered, and static text of a
 * template may not hold them, so that no value can pose as a mark. The sender fills marks in at
 * the attempt, encoded for their place. `signature-mark.ts` has those of whole requests.
 */
export const markStart = "\u0001";
export const markEnd = "\u0002";
const places = ["url", "header", "json", "form", "xml", "plain"] as const;
export type SecretPlace = (typeof places)[number];

export type DigestOutput = "hex" | "base64";
/** HMAC-SHA-256 of a value under a named secret: worked out at the attempt, where secrets are. */
export type KeyedHash = { readonly secret: SecretName; readonly output: DigestOutput };

export type SecretMark = {
  readonly place: SecretPlace;
  readonly name: SecretName;
  /** Null for the secret itself. */
  readonly hashed: { readonly value: string; readonly output: DigestOutput } | null;
};

export const secretMark = (place: SecretPlace, name: SecretName): string => `${markStart}${place}:${name}${markEnd}`;

export const keyedHashMark = (place: SecretPlace, { secret, output }: KeyedHash, value: string): string =>
  `${markStart}${place}:${secret}:${output}:${utf8.encode(value).toHex()}${markEnd}`;

const utf8 = new TextEncoder();
const utf8Decoder = new TextDecoder();

// biome-ignore lint/suspicious/noControlCharactersInRegex: the marks are control characters on purpose, see above.
const markPattern = /\u0001(url|header|json|form|xml|plain):([^:\u0001\u0002]+)(?::(hex|base64):([0-9a-f]*))?\u0002/g;

/** Of a secret or a signature. */
export const hasSecretMark = (text: string): boolean => text.includes(markStart);

/** Replaces every mark by what `fill` answers for it. */
export const fillSecretMarks = (text: string, fill: (mark: SecretMark) => string): string => {
  let filled = "";
  let kept = 0;
  for (const match of text.matchAll(markPattern)) {
    filled += text.slice(kept, match.index) + fill(markOf(match));
    kept = match.index + match[0].length;
  }
  return filled + text.slice(kept);
};

const markOf = ([, place, name = "", output, hex = ""]: RegExpExecArray): SecretMark => ({
  place: places.find((known) => known === place) ?? "plain",
  name: secretName(name),
  hashed:
    output === undefined
      ? null
      : { value: utf8Decoder.decode(Uint8Array.fromHex(hex)), output: output === "base64" ? "base64" : "hex" },
});
