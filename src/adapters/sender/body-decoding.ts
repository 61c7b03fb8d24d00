import type { Transform } from "node:stream";
import { createBrotliDecompress, createGunzip, createInflate, createInflateRaw } from "node:zlib";
import { bodyKeptBytes } from "./sender-settings.ts";

export type KeptBody = { readonly text: string; readonly truncated: boolean };

/** Bytes as UTF-8, at most so many; a character cut in two at the end is left out. */
export const textOf = (bytes: Buffer, bytesMax: number): KeptBody => {
  if (bytes.length <= bytesMax) return { text: bytes.toString("utf8"), truncated: false };
  let end = bytesMax;
  while (end > bytesMax - 4 && isContinuation(bytes[end])) end--;
  return { text: bytes.toString("utf8", 0, end), truncated: true };
};

const isContinuation = (byte: number | undefined): boolean => byte !== undefined && (byte & 0xc0) === 0x80;

/** Of an encoded body a little more is needed than is kept: headers, and blocks that did not shrink. */
export const encodedBytesNeeded = bodyKeptBytes + 1024;

/** `isWhole`: the decoder came to the end that the body itself says it has. */
export type DecodedBody = { readonly bytes: Buffer; readonly isWhole: boolean };

/**
 * Decodes only as far as `bytesMax`: what a bomb would become is never made. `bytes` may be the
 * beginning of a body. Rejects what is not in its encoding.
 */
export const decoded = (encoding: string, bytes: Buffer, bytesMax: number): Promise<DecodedBody> =>
  new Promise((resolve, reject) => {
    const decoder = decoderFor(encoding, bytes);
    if (decoder === null) throw new Error(`the content encoding ${encoding} cannot be read`);
    const chunks: Buffer[] = [];
    let length = 0;
    const end = (isWhole: boolean): void => resolve({ bytes: Buffer.concat(chunks), isWhole });
    decoder.on("data", (part: Buffer) => {
      chunks.push(part);
      length += part.length;
      if (length <= bytesMax) return;
      end(false);
      decoder.destroy();
    });
    decoder.on("end", () => end(true));
    decoder.on("error", (error: NodeJS.ErrnoException) => (error.code === endsEarly ? end(false) : reject(error)));
    // Written first and ended then: what a beginning holds has come out before its end is missed.
    decoder.write(bytes);
    decoder.end();
  });

/** What zlib, and Node for Brotli, say of a stream that stops before its end. */
const endsEarly = "Z_BUF_ERROR";

const decoderFor = (encoding: string, bytes: Buffer): Transform | null => {
  switch (encoding) {
    case "gzip":
    case "x-gzip":
      return createGunzip();
    case "deflate":
      // RFC 9110 means the zlib format, and many send bare deflate.
      return ((bytes[0] ?? 0) & 0x0f) === 8 ? createInflate() : createInflateRaw();
    case "br":
      return createBrotliDecompress();
    default:
      return null;
  }
};
