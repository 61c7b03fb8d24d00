import type { MacroForm } from "#src/core/macros/macro.ts";
import { markEnd, markStart } from "#src/core/templates/secret-mark.ts";

/**
 * Values into their places. Each of these is total: any string goes in, and what comes out cannot
 * change the structure around it. Lone surrogates become U+FFFD; the control characters of secret
 * marks are taken out, so that no value can pose as a secret.
 *
 * Most values need nothing: one test answers that before anything is made.
 */
export type EncodeValue = (value: string) => string;

/** RFC 3986: the unreserved stay, every other byte is `%XX`, a blank too. Serves forms as well. */
export const encodeUrl: EncodeValue = (value) => {
  if (!needsUrlEncoding.test(value)) return value;
  return encodeURIComponent(cleaned(value)).replace(leftByEncodeUriComponent, percentOf);
};
const needsUrlEncoding = /[^A-Za-z0-9\-._~]/;
const leftByEncodeUriComponent = /[!'()*]/g;
const percentOf = (character: string): string => `%${character.charCodeAt(0).toString(16).toUpperCase()}`;

/** A value that is a query already keeps what a query is made of; all else is encoded. */
export const encodeRawQuery: EncodeValue = (value) =>
  cleaned(value).replace(notOfAQuery, (character) => encodeURIComponent(character));
const notOfAQuery = /[^A-Za-z0-9\-._~!$&'()*+,;=:@/?%]/gu;

/** The inside of a JSON string. */
export const encodeJsonString: EncodeValue = (value) => {
  if (!needsJsonEncoding.test(value)) return value;
  return JSON.stringify(cleaned(value)).slice(1, -1);
};
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON text holds none bare.
const needsJsonEncoding = /["\\\u0000-\u001f\ud800-\udfff]/;

/** A whole JSON value, for a macro that stands bare in a JSON body. */
export const encodeJsonValue = (form: MacroForm): EncodeValue => {
  switch (form) {
    case "text":
      return quotedJson;
    case "number":
      return (value) => (jsonNumber.test(value) ? value : quotedJson(value));
    case "flag":
      return (value) => (jsonFlag.test(value) ? value.toLowerCase() : quotedJson(value));
    case "json":
    case "any":
      return (value) => (isJson(value) ? cleaned(value) : quotedJson(value));
  }
};
const quotedJson: EncodeValue = (value) => `"${encodeJsonString(value)}"`;
const jsonNumber = /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?$/;
const jsonFlag = /^(?:true|false)$/i;
const isJson = (value: string): boolean => {
  try {
    JSON.parse(value);
    return true;
  } catch {
    return false;
  }
};

/** Text or a quoted attribute of XML 1.0. What XML cannot hold at all is left out. */
export const encodeXml: EncodeValue = (value) => {
  if (!needsXmlEncoding.test(value)) return value;
  return cleaned(value)
    .replace(notOfXml, "")
    .replace(encodedInXml, (character) => `&#${character.charCodeAt(0)};`);
};
// biome-ignore lint/suspicious/noControlCharactersInRegex: XML cannot hold them.
const needsXmlEncoding = /[&<>"'\u0000-\u001f\ud800-\udfff\ufffe\uffff]/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: XML cannot hold them.
const notOfXml = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;
const encodedInXml = /[&<>"'\t\n\r]/g;

/** Visible ASCII and blanks stay, control characters are left out, the rest is `%XX` of its UTF-8 bytes: a header has no other text everywhere. */
export const encodeHeader: EncodeValue = (value) => {
  if (!needsHeaderEncoding.test(value)) return value;
  return cleaned(value)
    .replace(controlCharacter, "")
    .replace(notAscii, (character) => encodeURIComponent(character));
};
const needsHeaderEncoding = /[^\x20-\x7e]/;
/** The same beside other text: what ends a part of a header, or a quoted string in it, is `%XX`. */
export const encodeHeaderPart: EncodeValue = (value) => encodeHeader(value).replace(endsHeaderPart, percentOf);
const endsHeaderPart = /[;,"\\]/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is left out.
const controlCharacter = /[\u0000-\u001f\u007f-\u009f]/g;
const notAscii = /[^\x20-\x7e]/gu;

/** Plain text has no structure to break. */
export const encodePlain: EncodeValue = (value) => (needsCleaning.test(value) ? cleaned(value) : value);

// biome-ignore lint/suspicious/noControlCharactersInRegex: marks are control characters.
const needsCleaning = /[\u0001\u0002\ud800-\udfff]/;
const cleaned = (value: string): string => value.replaceAll(markStart, "").replaceAll(markEnd, "").toWellFormed();

/** What RFC 3986 does not allow bare in static text of a URL goes out as its UTF-8 bytes; all else stays byte for byte. */
export const encodeStaticUrl = (text: string): string =>
  text.toWellFormed().replace(notInUrl, (character) => encodeURIComponent(character));
const notInUrl = /[^\x21-\x7e]/gu;
