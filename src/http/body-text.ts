import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { type Refusal, refuse } from "./refusal.ts";

export type BodyText = { readonly kind: "text"; readonly text: string } | Refusal;
export type BodyBytes = { readonly kind: "bytes"; readonly bytes: Uint8Array } | Refusal;

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
const unzipBytes = async (bytes: Uint8Array, bytesMax: number): Promise<BodyBytes> => {
  try {
    return { kind: "bytes", bytes: await unzip(bytes, { maxOutputLength: bytesMax }) };
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "ERR_BUFFER_TOO_LARGE"
      ? refuse("request.too_large", `the body unpacks to more than ${bytesMax} bytes`)
      : refuse("request.encoding_broken", "the body says gzip and is not a complete gzip stream");
  }
};

/** The body's bytes as they are meant; a plain body without a turn of the event loop. */
export const plainBytes = (
  { body, headers }: { readonly body: unknown; readonly headers: { readonly "content-encoding"?: string | undefined } },
  bytesMax: number,
): BodyBytes | Promise<BodyBytes> => {
  if (!(body instanceof Uint8Array)) return { kind: "bytes", bytes: noBytes };
  return headers["content-encoding"]?.toLowerCase() === "gzip"
    ? unzipBytes(body, bytesMax)
    : { kind: "bytes", bytes: body };
};

const noBytes = new Uint8Array(0);

/** Looked at before the body is read: how it is packed, and how its text is written. */
export const refuseBodyForm = (headers: {
  readonly "content-encoding"?: string | undefined;
  readonly "content-type"?: string | undefined;
}): Refusal | null => {
  const encoding = headers["content-encoding"]?.toLowerCase();
  if (encoding !== undefined && encoding !== "gzip" && encoding !== "identity")
    return refuse("request.content_encoding", `content-encoding ${encoding} is not taken; send gzip or plain`);
  const type = headers["content-type"];
  const charset = type === undefined ? undefined : charsetPattern.exec(type)?.[1]?.toLowerCase();
  if (charset !== undefined && !charsetsTaken.has(charset))
    return refuse("request.media_type", `content-type: the charset ${charset} is not taken; send UTF-8`);
  return null;
};

const charsetPattern = /;\s*charset\s*=\s*"?([^\s";]+)/i;
/** US-ASCII is UTF-8 as well. */
const charsetsTaken: ReadonlySet<string> = new Set(["utf-8", "utf8", "us-ascii", "ascii"]);
