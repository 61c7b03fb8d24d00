import { GrowingBytes } from "./growing-bytes.ts";
import { badResponse, type ResponseHead, readHeaderLine, readResponseHead } from "./response-head.ts";
import { headBytesMax } from "./sender-settings.ts";

/** What is told of an answer while it is read: its head once, then its body piece by piece. */
export type ResponseListener = {
  readonly onHead: (head: ResponseHead) => void;
  readonly onBody: (bytes: Buffer) => void;
};

/** `surplus`: it is whole, and more came than it has; nobody asked for that, so the connection is of no use any more. */
export type ReadState = "more" | "whole" | "surplus";

/**
 * Reads the answers of one connection, one after the other (RFC 9112). It is strict, as llhttp is: what
 * two readers could understand differently is `bad_response`.
 *
 *   head         status line and headers, to the empty line; interim answers (1xx) are passed over
 *   length       the body, by its length
 *   until_close  the body, to the end of the connection
 *   chunk_size   a line with the size of the next chunk; 0 for the last
 *   chunk        its bytes
 *   chunk_end    the line end behind them
 *   trailer      headers behind the last chunk, to an empty line
 *   idle         nothing was asked
 *
 * A receiver says the same head again and again, so the last one that was read is kept beside its text.
 */
export class ResponseReader {
  #listener: ResponseListener | null = null;
  #state: "head" | "length" | "until_close" | "chunk_size" | "chunk" | "chunk_end" | "trailer" | "idle" = "idle";
  /** The beginning of a head or line whose end has not come. */
  #begun: GrowingBytes | null = null;
  #at = 0;
  /** Bytes of the body, or of the chunk, that are to come. */
  #left = 0;
  #trailerBytes = 0;
  #lastText = "";
  #lastHead: ResponseHead | null = null;

  /** A request is being written: what comes is its answer. */
  expect(listener: ResponseListener): void {
    this.#listener = listener;
    this.#state = "head";
    this.#begun = null;
    this.#trailerBytes = 0;
  }

  /** Throws `SenderFault`. */
  read(chunk: Buffer): ReadState {
    this.#at = 0;
    while (this.#at < chunk.length) {
      if (this.#state === "idle") return "surplus";
      if (!this.#step(chunk)) return "more";
    }
    // A body of no bytes is whole with its head.
    return this.#state === "idle" ? "whole" : "more";
  }

  /** The receiver has closed; answers whether that is how the answer ends. */
  get endsByClose(): boolean {
    return this.#state === "until_close";
  }

  /** Answers false where the chunk has been used up in the middle of something. */
  #step(chunk: Buffer): boolean {
    switch (this.#state) {
      case "head":
        return this.#readHead(chunk);
      case "length":
      case "until_close":
      case "chunk":
        return this.#readBody(chunk);
      case "chunk_size":
        return this.#readChunkSize(chunk);
      case "chunk_end":
        return this.#readChunkEnd(chunk);
      case "trailer":
        return this.#readTrailer(chunk);
      case "idle":
        return false;
    }
  }

  #readHead(chunk: Buffer): boolean {
    const looked = this.#begun?.length ?? 0;
    const text = this.#textUntil(endOfHead, chunk);
    if (text === null) {
      if (this.#begun !== null) refuseBegun(this.#begun.bytes, looked);
      return false;
    }
    const head = text === this.#lastText && this.#lastHead !== null ? this.#lastHead : readResponseHead(text);
    this.#lastText = text;
    this.#lastHead = head;
    // Nothing that would call for either was sent.
    if (head.status === 100 || head.status === 101) throw badResponse(`nobody asked for a ${head.status}`);
    if (head.status >= 200) this.#begin(head);
    return true;
  }

  #begin(head: ResponseHead): void {
    const { body } = head;
    switch (body.kind) {
      case "length":
        this.#left = body.bytes;
        this.#state = body.bytes === 0 ? "idle" : "length";
        break;
      case "chunks":
        this.#state = "chunk_size";
        break;
      case "until_close":
        this.#left = Number.POSITIVE_INFINITY;
        this.#state = "until_close";
        break;
    }
    this.#listener?.onHead(head);
  }

  #readBody(chunk: Buffer): boolean {
    const end = Math.min(chunk.length, this.#at + this.#left);
    const bytes = chunk.subarray(this.#at, end);
    this.#left -= end - this.#at;
    this.#at = end;
    if (this.#left === 0) this.#state = this.#state === "chunk" ? "chunk_end" : "idle";
    this.#listener?.onBody(bytes);
    return true;
  }

  #readChunkSize(chunk: Buffer): boolean {
    const line = this.#textUntil(endOfLine, chunk);
    if (line === null) return false;
    const [, digits] = chunkSizePattern.exec(line) ?? [];
    if (digits === undefined) throw badResponse("a chunk of its body has no size");
    this.#left = Number.parseInt(digits, 16);
    this.#state = this.#left === 0 ? "trailer" : "chunk";
    return true;
  }

  #readChunkEnd(chunk: Buffer): boolean {
    const line = this.#textUntil(endOfLine, chunk);
    if (line === "") this.#state = "chunk_size";
    // Of one byte it can still become a line end.
    else if (line !== null || (this.#begun?.length ?? 0) > 1)
      throw badResponse("a chunk of its body is longer than its size");
    return line !== null;
  }

  #readTrailer(chunk: Buffer): boolean {
    const line = this.#textUntil(endOfLine, chunk);
    if (line === null) return false;
    this.#trailerBytes += line.length + endOfLine.length;
    if (this.#trailerBytes > headBytesMax) throw tooLong();
    if (line === "") this.#state = "idle";
    else readHeaderLine(line);
    return true;
  }

  /** What stands before the mark, as Latin-1, from what has come before and what is new; null where the mark has not come. */
  #textUntil(mark: Buffer, chunk: Buffer): string | null {
    const begun = this.#begun;
    if (begun === null) return this.#textOfChunk(mark, chunk);
    const before = begun.length;
    // More than a head may have is never held, however much comes in one piece.
    const piece = chunk.subarray(this.#at, this.#at + headBytesMax + mark.length);
    begun.append(piece);
    const { bytes } = begun;
    // The mark itself may have come in two pieces.
    const end = bytes.indexOf(mark, Math.max(0, before - mark.length + 1));
    if ((end < 0 ? bytes.length : end) > headBytesMax) throw tooLong();
    if (end < 0) {
      this.#at = chunk.length;
      return null;
    }
    this.#begun = null;
    this.#at += end + mark.length - before;
    return bytes.toString("latin1", 0, end);
  }

  /** The same where nothing has come before. */
  #textOfChunk(mark: Buffer, chunk: Buffer): string | null {
    const from = this.#at;
    const end = chunk.indexOf(mark, from);
    if ((end < 0 ? chunk.length : end) - from > headBytesMax) throw tooLong();
    this.#at = end < 0 ? chunk.length : end + mark.length;
    if (end < 0) this.#begun = new GrowingBytes(chunk.subarray(from));
    return end < 0 ? null : chunk.toString("latin1", from, end);
  }
}

const endOfHead = Buffer.from("\r\n\r\n");
const endOfLine = Buffer.from("\r\n");
const chunkSizePattern = /^([0-9a-f]{1,12})[\t ]*(?:;[\t\u0020-\u007e\u0080-\u00ff]*)?$/i;

const tooLong = () => badResponse(`its head takes more than ${headBytesMax} bytes`);

/**
 * Whoever speaks something else is told at once, not when the deadline is over. The first `looked` bytes
 * have been found good: a head that comes byte by byte is not read from its beginning for each of them.
 */
const refuseBegun = (begun: Buffer, looked: number): void => {
  if (looked < protocol.length && !protocol.startsWith(begun.toString("latin1", 0, protocol.length)))
    throw badResponse("it does not begin as HTTP does");
  for (let at = begun.indexOf(lineFeed, looked); at >= 0; at = begun.indexOf(lineFeed, at + 1)) {
    if (begun[at - 1] !== carriageReturn) throw badResponse("a line of its head ends without a carriage return");
  }
};

const protocol = "HTTP/";
const lineFeed = 10;
const carriageReturn = 13;
