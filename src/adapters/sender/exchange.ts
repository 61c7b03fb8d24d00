import { invariant } from "#src/core/invariant.ts";
import type { Exchange, TestedBody } from "#src/core/postbacks/attempt.ts";
import { type DecodedBody, decoded, encodedBytesNeeded, type KeptBody, textOf } from "./body-decoding.ts";
import type { Connection } from "./connection.ts";
import { GrowingBytes } from "./growing-bytes.ts";
import type { ThreadOrder } from "./message-codec.ts";
import type { ResponseHead } from "./response-head.ts";
import { retryAfterSeconds } from "./retry-after.ts";
import { SenderFault } from "./sender-fault.ts";
import { bodyDrainedBytesMax, bodyKeptBytes, faultMessageCharactersMax, wireBytesMax } from "./sender-settings.ts";

/** What carries it: one connection, made or being made. */
export type Carrier = {
  readonly connection: Connection | null;
  /** Cuts the connection; nothing more is told of it. */
  readonly close: () => void;
};

export type ExchangeHooks = {
  readonly now: () => number;
  readonly end: (ended: ExchangeInFlight, exchange: Exchange, testedBody: TestedBody | null) => void;
};

/**
 * One order on its way:
 *
 *   waiting   for a connection: `carrier` is null until it was given one, which may still be connecting
 *   sent      the request is on the wire
 *   answered  `head` is there
 *   ended     by the last byte, a fault, the deadline, or because enough was read; whatever comes
 *             afterwards is no longer heard
 */
export class ExchangeInFlight {
  readonly order: ThreadOrder;
  readonly deadlineAt: number;
  carrier: Carrier | null = null;
  /** Takes secrets out of what was heard; null where the request held none. */
  mask: ((text: string) => string) | null = null;
  /** The list of those in flight belongs to the deadline watch. */
  older: ExchangeInFlight | null = null;
  newer: ExchangeInFlight | null = null;
  readonly #hooks: ExchangeHooks;
  #isSent = false;
  #connection: Connection | null = null;
  #firstByteAt: number | null = null;
  #bytesReadBefore = 0;
  #head: ResponseHead | null = null;
  /** Most answers come in one piece, of which no copy is made. */
  #firstPiece: Buffer | null = null;
  #pieces: GrowingBytes | null = null;
  #receivedBytes = 0;
  #keptBytesMax = bodyKeptBytes;
  #drainedBytesMax = bodyDrainedBytesMax;
  #isEnded = false;

  constructor(order: ThreadOrder, hooks: ExchangeHooks) {
    this.order = order;
    this.deadlineAt = order.handedOverAt + order.timeoutMs;
    if (order.bodyNeeded) this.#keptBytesMax = bodyDrainedBytesMax;
    this.#hooks = hooks;
  }

  sent(): void {
    this.#isSent = true;
    this.#connection = this.carrier?.connection ?? null;
    this.#bytesReadBefore = this.#connection?.socket?.bytesRead ?? 0;
  }

  onHead(head: ResponseHead): void {
    this.#firstByteAt = this.#hooks.now();
    this.#head = head;
    if (head.encoding !== "") this.#keptBytesMax = Math.max(this.#keptBytesMax, encodedBytesNeeded);
    // Of a body that says it is too long to be drained nothing beyond the kept part is waited for.
    if (head.body.kind === "length" && head.body.bytes > bodyDrainedBytesMax)
      this.#drainedBytesMax = this.#keptBytesMax;
  }

  onBody(chunk: Buffer): void {
    if (this.#isEnded) return;
    // One byte more than is kept tells that there was more.
    const bytesWanted = this.#keptBytesMax + 1 - this.#receivedBytes;
    if (bytesWanted > 0) this.#keep(chunk.subarray(0, bytesWanted));
    this.#receivedBytes += chunk.length;
    if (this.#receivedBytes <= this.#drainedBytesMax) return;
    this.#answered();
    this.carrier?.close();
  }

  #keep(piece: Buffer): void {
    if (this.#firstPiece === null) {
      this.#firstPiece = piece;
      return;
    }
    this.#pieces ??= new GrowingBytes(this.#firstPiece);
    this.#pieces.append(piece);
  }

  onEnd(): void {
    this.#answered();
  }

  get isEnded(): boolean {
    return this.#isEnded;
  }

  /**
   * Looks at what nothing calls back for. A deadline that is over is told by the phase that took too long. While a whole
   * answer is decoded this is still watched, and its connection may carry another exchange by then.
   */
  check(now: number): void {
    if (this.#isEnded) return;
    if (this.deadlineAt <= now) this.#cut(this.#lateness());
    else if (this.#bytesRead() > wireBytesMax) this.#cut(new SenderFault("bad_response", "the answer does not end"));
  }

  #cut(fault: SenderFault): void {
    this.fail(fault);
    if (this.#isSent) this.carrier?.close();
  }

  #bytesRead(): number {
    return (this.#connection?.socket?.bytesRead ?? 0) - this.#bytesReadBefore;
  }

  fail(fault: SenderFault): void {
    if (this.#isEnded) return;
    const message = this.#masked(fault.message).slice(0, faultMessageCharactersMax);
    this.#finish({ kind: "fault", fault: fault.fault, message });
  }

  #lateness(): SenderFault {
    if (this.#head !== null) return new SenderFault("body_timeout", "the rest of the answer took too long");
    if (this.#isSent) return new SenderFault("headers_timeout", "no answer came in time");
    const connection = this.carrier?.connection ?? null;
    if (connection === null || connection.connectedAt !== null) {
      return new SenderFault("deadline", "no connection to this origin came free in time");
    }
    const isLookingUp = connection.hasName && connection.lookedUpAt === null;
    return new SenderFault(
      "connect_timeout",
      isLookingUp ? "looking up the name took too long" : "connecting took too long",
    );
  }

  #answered(): void {
    if (this.#isEnded) return;
    const bytes = this.#pieces?.bytes ?? this.#firstPiece;
    const received = bytes ?? noBytes;
    const encoding = this.#head?.encoding ?? "";
    if (encoding === "" || bytes === null) this.#respond({ bytes: received, isWhole: true });
    else this.#decodeAndRespond(received, encoding);
  }

  /** Only who tests the body needs to know that it cannot be read; for others the status says all. */
  #decodeAndRespond(bytes: Buffer, encoding: string): void {
    this.#isEnded = true;
    const durationMs = this.#sinceHandOver(this.#hooks.now());
    decoded(encoding, bytes, this.order.bodyNeeded ? bodyDrainedBytesMax : bodyKeptBytes).then(
      (body) => this.#respond(body, durationMs),
      (error: Error) => {
        if (!this.order.bodyNeeded) this.#tell(unreadBody, { durationMs });
        else this.#finish({ kind: "fault", fault: "bad_response", message: error.message }, { durationMs });
      },
    );
  }

  #respond({ bytes, isWhole }: DecodedBody, durationMs = this.#sinceHandOver(this.#hooks.now())): void {
    // Of an encoded body that was cut the text may be short all the same.
    const isRestUnknown = !isWhole || this.#receivedBytes > this.#keptBytesMax;
    const { text, truncated } = textOf(bytes, bodyKeptBytes);
    const kept = { text, truncated: truncated || isRestUnknown };
    if (!this.order.bodyNeeded || !kept.truncated) {
      this.#tell(kept, { durationMs });
      return;
    }
    const tested = textOf(bytes, bodyDrainedBytesMax);
    const isCut = tested.truncated || isRestUnknown;
    this.#tell(kept, { durationMs, testedBody: { text: this.#masked(tested.text), isCut } });
  }

  #tell(body: KeptBody, ended: Ended): void {
    const head = this.#head;
    invariant(head !== null, "an answer has a head");
    const { retryAfter } = head;
    this.#finish(
      {
        kind: "response",
        status: head.status,
        headers: this.mask === null ? head.headers : head.headers.map(this.mask),
        body: this.#masked(body.text),
        bodyTruncated: body.truncated,
        retryAfterS:
          retryAfter === null ? null : retryAfterSeconds(retryAfter, this.order.startedAt + ended.durationMs),
      },
      ended,
    );
  }

  #finish(answer: Exchange["answer"], ended: Ended = { durationMs: this.#sinceHandOver(this.#hooks.now()) }): void {
    this.#isEnded = true;
    const connection = this.#connection ?? this.carrier?.connection ?? null;
    const exchange: Exchange = {
      startedAt: this.order.startedAt,
      durationMs: ended.durationMs,
      phases: {
        lookupMs: this.#phase(connection?.lookedUpAt ?? null),
        connectMs: this.#phase(connection?.connectedAt ?? null),
        firstByteMs: this.#phase(this.#firstByteAt),
      },
      answer,
      remoteAddress: connection?.remoteAddress ?? null,
    };
    this.#hooks.end(this, exchange, ended.testedBody ?? null);
  }

  /** Null for what was over before the order came: its connection was open already. */
  #phase(at: number | null): number | null {
    return at === null || at < this.order.handedOverAt ? null : this.#sinceHandOver(at);
  }

  /** To the microsecond: finer is noise, and costs bytes wherever it is kept. */
  #sinceHandOver(at: number): number {
    return Math.max(0, Math.round((at - this.order.handedOverAt) * 1000) / 1000);
  }

  #masked(text: string): string {
    return this.mask === null ? text : this.mask(text);
  }
}

type Ended = { readonly durationMs: number; readonly testedBody?: TestedBody };

const noBytes = Buffer.alloc(0);
const unreadBody: KeptBody = { text: "", truncated: true };
