import { type EncodeValue, encodePlain } from "./encode-value.ts";

/**
 * For values that are percent-encoded already (`|raw`): what a parameter or a segment may hold stays
 * as it is, its `%XX` too; all that could end it is encoded.
 */
export const encodeKeptParameter: EncodeValue = (value) => kept(value, notOfAParameter);
const notOfAParameter = /%(?![0-9A-Fa-f]{2})|[^A-Za-z0-9\-._~!$'()*,:@/?+%]/gu;

export const encodeKeptSegment: EncodeValue = (value) => kept(value, notOfASegment);
const notOfASegment = /%(?![0-9A-Fa-f]{2})|[^A-Za-z0-9\-._~!$'()*,:@+%]/gu;

const kept = (value: string, encoded: RegExp): string =>
  encodePlain(value).replace(encoded, (character) => encodeURIComponent(character));
