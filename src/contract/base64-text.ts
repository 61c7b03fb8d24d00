/** Base64 (RFC 4648) as the UTF-8 text that it holds; null where it is no base64, or no text. */
export const readBase64Text = (encoded: string): string | null => {
  try {
    const bytes = Uint8Array.from(atob(encoded), (character) => character.charCodeAt(0));
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
};
