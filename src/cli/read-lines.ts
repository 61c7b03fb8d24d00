import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import type { Readable } from "node:stream";
import { createGunzip } from "node:zlib";

/** A line as it stands in its file; `isUtf8` false where its text is only what could be read of it. */
export type Line = { readonly text: string; readonly number: number; readonly isUtf8: boolean };

export type LineSource = {
  readonly lines: AsyncIterable<Line>;
  /** Bytes read so far, compressed as they lie there; for progress. */
  readonly bytesRead: () => number;
  /** Null for a pipe. */
  readonly bytesTotal: number | null;
};

/** A file or standard input (`-` and null), line by line; gzip is recognised by its first bytes. */
export const openLines = async (file: string | null, stdin: Readable): Promise<LineSource> => {
  const isPipe = file === null || file === "-";
  if (!isPipe && (await stat(file)).isDirectory()) throw new Error(`${file}: it is a folder`);
  const bytesTotal = isPipe ? null : (await stat(file)).size;
  let bytesRead = 0;
  const counted = async function* (): AsyncIterable<Buffer> {
    for await (const chunk of isPipe ? stdin : createReadStream(file)) {
      const bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
      bytesRead += bytes.length;
      yield bytes;
    }
  };
  return { lines: linesOf(unzipped(counted())), bytesRead: () => bytesRead, bytesTotal };
};

const newline = 0x0a;
/** No event is nearly as long: what goes on beyond it is no file of events. */
const lineBytesMax = 64 * 1024 * 1024;

export async function* linesOf(chunks: AsyncIterable<Buffer>): AsyncIterable<Line> {
  let number = 0;
  let held: Buffer[] = [];
  let heldBytes = 0;
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, start)) {
      number += 1;
      yield lineOf(Buffer.concat([...held, chunk.subarray(start, end)]), number);
      held = [];
      heldBytes = 0;
      start = end + 1;
    }
    held.push(chunk.subarray(start));
    heldBytes += chunk.length - start;
    if (heldBytes > lineBytesMax) throw new Error(`line ${number + 1} is longer than 64 MiB`);
  }
  if (heldBytes > 0) yield lineOf(Buffer.concat(held), number + 1);
}

const strict = new TextDecoder("utf-8", { fatal: true });
const lenient = new TextDecoder("utf-8");

const lineOf = (bytes: Buffer, number: number): Line => {
  try {
    return { text: strict.decode(bytes), number, isUtf8: true };
  } catch {
    return { text: lenient.decode(bytes), number, isUtf8: false };
  }
};

async function* unzipped(chunks: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
  const iterator = chunks[Symbol.asyncIterator]();
  const first = await iterator.next();
  if (first.done === true) return;
  const all = async function* (): AsyncIterable<Buffer> {
    yield first.value;
    yield* { [Symbol.asyncIterator]: () => iterator };
  };
  const isGzip = first.value[0] === 0x1f && first.value[1] === 0x8b;
  if (!isGzip) yield* all();
  else yield* gunzipped(all());
}

async function* gunzipped(chunks: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
  const gunzip = createGunzip();
  const feed = async (): Promise<void> => {
    for await (const chunk of chunks) {
      if (!gunzip.write(chunk)) await new Promise((resolve) => gunzip.once("drain", resolve));
    }
    gunzip.end();
  };
  feed().catch((error: unknown) => gunzip.destroy(error instanceof Error ? error : new Error(String(error))));
  try {
    for await (const chunk of gunzip) yield chunk;
  } catch (error) {
    throw new Error("this begins like gzip and is not a whole gzip file", { cause: error });
  }
}
