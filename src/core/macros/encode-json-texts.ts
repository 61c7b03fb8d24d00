import { endOfString, skipBlank, stringContent } from "#src/core/json/json-text.ts";
import { maskedText } from "#src/core/money/mask-pairs.ts";
import { encodeUrl } from "#src/core/templates/encode-value.ts";

const colon = 0x3a;

/**
 * The same JSON text with every text in it percent-encoded (seed 001: "all parameter values are URL
 * encoded"). Names of members, numbers and everything else stay byte for byte, and so does `N/A`:
 * it must show that a value is masked.
 */
export const encodeJsonTexts = (text: string): string => {
  let encoded = "";
  let kept = 0;
  for (let at = text.indexOf('"'); at !== -1; ) {
    const end = endOfString(text, at);
    // In JSON a text followed by a colon is a name, and nothing else is.
    if (text.charCodeAt(skipBlank(text, end)) !== colon) {
      const content = stringContent(text, at, end);
      if (content !== maskedText) {
        encoded += `${text.slice(kept, at)}"${encodeUrl(content)}"`;
        kept = end;
      }
    }
    at = text.indexOf('"', end);
  }
  return encoded + text.slice(kept);
};
