import { constants, createBrotliDecompress, createGunzip, createInflate, createInflateRaw } from "node:zlib";
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

/**
 * Decodes only as far as `bytesMax`: what a bomb would become is never made. `bytes` may be the
 * beginning of a body. Rejects what is not in its encoding.
 */
export const decoded = async (encoding: string, bytes: Buffer, bytesMax: number): Promise<Buffer> => {
  const decoder = decoderFor(encoding, bytes);
  if (decoder === null) throw new Error(`the content encoding ${encoding} cannot be read`);
  decoder.end(bytes);
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of decoder) {
    const part: Buffer = chunk;
    chunks.push(part);
    length += part.length;
    if (length > bytesMax) break;
  }
  return Buffer.concat(chunks);
};

const decoderFor = (encoding: string, bytes: Buffer): (NodeJS.ReadWriteStream & AsyncIterable<Buffer>) | null => {
  // Ending with a flush instead of a finish: a beginning is not an error.
  const whileItLasts = { finishFlush: constants.Z_SYNC_FLUSH };
  switch (encoding) {
    case "gzip":
    case "x-gzip":
      return createGunzip(whileItLasts);
    case "deflate":
      // RFC 9110 means the zlib format, and many send bare deflate.
      return ((bytes[0] ?? 0) & 0x0f) === 8 ? createInflate(whileItLasts) : createInflateRaw(whileItLasts);
    case "br":
      return createBrotliDecompress({ finishFlush: constants.BROTLI_OPERATION_FLUSH });
    default:
      return null;
  }
};
