import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { type Refusal, refuse } from "./refusal.ts";

export type BodyText = { readonly kind: "text"; readonly text: string } | Refusal;

const utf8 = new TextDecoder("utf-8", { fatal: true });
const unzip = promisify(gunzip);

/** Bytes as text; bytes that are not UTF-8 are refused, never replaced: what is stored is what was sent. */
export const decodeUtf8 = (bytes: Uint8Array): BodyText => {
  try {
    return { kind: "text", text: utf8.decode(bytes) };
  } catch {
    return refuse("request.not_utf8", "the body holds bytes that are not UTF-8");
  }
};

/** Unpacks at most `bytesMax`: a small body that unpacks to gigabytes is stopped at the limit. */
export const unzipText = async (bytes: Uint8Array, bytesMax: number): Promise<BodyText> => {
  let unpacked: Uint8Array;
  try {
    unpacked = await unzip(bytes, { maxOutputLength: bytesMax });
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "ERR_BUFFER_TOO_LARGE"
      ? refuse("request.too_large", `the body unpacks to more than ${bytesMax} bytes`)
      : refuse("request.encoding_broken", "the body says gzip and is not a complete gzip stream");
  }
  return decodeUtf8(unpacked);
};
