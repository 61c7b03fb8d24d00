import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import type { Readable } from "node:stream";
import { createGunzip } from "node:zlib";

/** The JSON text of one event as it stands in its file, on one line, and the line where it begins. */
export type EventText = { readonly text: string; readonly line: number };

export type EventSource = {
  readonly texts: AsyncIterable<EventText>;
  /** Bytes read so far, compressed as they lie there; for progress. */
  readonly bytesRead: () => number;
  /** Null for a pipe. */
  readonly bytesTotal: number | null;
};

export class EventTextProblem extends Error {
  override readonly name = "EventTextProblem";
}

const eventCharactersMax = 1_048_576;

/** One event, a JSON array or NDJSON; gzip is recognised by its first bytes. `-` and null read standard input. */
export const openEventTexts = async (file: string | null, stdin: Readable): Promise<EventSource> => {
  const isPipe = file === null || file === "-";
  const bytesTotal = isPipe ? null : (await stat(file)).size;
  let bytesRead = 0;
  const counted = async function* (): AsyncIterable<Buffer> {
    for await (const chunk of isPipe ? stdin : createReadStream(file)) {
      const bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
      bytesRead += bytes.length;
      yield bytes;
    }
  };
  return { texts: splitEvents(decoded(counted())), bytesRead: () => bytesRead, bytesTotal };
};

async function* decoded(chunks: AsyncIterable<Buffer>): AsyncIterable<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  for await (const chunk of unzipped(chunks)) yield decoder.decode(chunk, { stream: true });
  yield decoder.decode();
}

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
  for await (const chunk of gunzip) yield chunk;
}

/**
 * Finds whole objects by their braces, so that an array, NDJSON and objects over several lines are
 * read alike and a member's text is never printed anew. What stands between objects may only be
 * blanks, commas and the brackets of the array.
 */
export async function* splitEvents(chunks: AsyncIterable<string>): AsyncIterable<EventText> {
  const splitter = new ObjectSplitter();
  for await (const chunk of chunks) yield* splitter.take(chunk);
  splitter.end();
}

class ObjectSplitter {
  private depth = 0;
  private isInString = false;
  private isEscaped = false;
  private held = "";
  private line = 1;
  private startLine = 1;

  *take(chunk: string): Iterable<EventText> {
    let start = 0;
    for (let index = 0; index < chunk.length; index += 1) {
      const character = chunk[index] ?? "";
      if (character === "\n") this.line += 1;
      if (this.depth === 0) {
        if (character !== "{") {
          this.checkBetween(character);
          continue;
        }
        this.depth = 1;
        this.startLine = this.line;
        start = index;
      } else if (this.closes(character)) {
        yield { text: onOneLine(this.held + chunk.slice(start, index + 1)), line: this.startLine };
        this.held = "";
      }
    }
    if (this.depth > 0) this.hold(chunk.slice(start));
  }

  end(): void {
    if (this.depth > 0) throw new EventTextProblem(`line ${this.startLine}: the event that begins here has no end`);
  }

  private closes(character: string): boolean {
    if (this.isInString) {
      if (this.isEscaped) this.isEscaped = false;
      else if (character === "\\") this.isEscaped = true;
      else if (character === '"') this.isInString = false;
      else if (character === "\n") throw new EventTextProblem(`line ${this.line - 1}: a text has no closing quote`);
      return false;
    }
    if (character === '"') this.isInString = true;
    else if (character === "{") this.depth += 1;
    else if (character === "}") this.depth -= 1;
    return this.depth === 0;
  }

  private hold(text: string): void {
    this.held += text;
    if (this.held.length > eventCharactersMax)
      throw new EventTextProblem(
        `line ${this.startLine}: the event that begins here is larger than 1 MiB, or has no end`,
      );
  }

  private checkBetween(character: string): void {
    if (/[\s,[\]\ufeff]/.test(character)) return;
    throw new EventTextProblem(
      `line ${this.line}: expected an event, a JSON object in braces, and found "${character}"`,
    );
  }
}

/** JSON text holds no line break inside a string, so every one of them is layout. */
const onOneLine = (text: string): string => (text.includes("\n") ? text.replace(/\r?\n/g, " ") : text);
