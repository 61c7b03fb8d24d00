import { type SecretName, secretName } from "./ids.ts";

/**
 * Where a named secret belongs in a rendered request stands a mark: U+0001 `place` `:` `name` U+0002.
 * Both control characters are taken out of every value before it is rendered, and static text of a
 * template may not hold them, so that no value can pose as a mark. The sender fills marks in at
 * the attempt, encoded for their place.
 */
export const markStart = "\u0001";
export const markEnd = "\u0002";
export type SecretPlace = "url" | "header" | "json" | "form" | "plain";

export const secretMark = (place: SecretPlace, name: SecretName): string => `${markStart}${place}:${name}${markEnd}`;

// biome-ignore lint/suspicious/noControlCharactersInRegex: the marks are control characters on purpose, see above.
const markPattern = /\u0001(url|header|json|form|plain):([A-Za-z0-9_.-]+)\u0002/g;

export const hasSecretMark = (text: string): boolean => text.includes(markStart);

/** Replaces every mark by what `fill` answers for it. */
export const fillSecretMarks = (text: string, fill: (place: SecretPlace, name: SecretName) => string): string =>
  text.replace(markPattern, (_mark, place: SecretPlace, name: string) => fill(place, secretName(name)));
