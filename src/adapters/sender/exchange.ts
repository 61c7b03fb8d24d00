import type { Dispatcher } from "undici";
import type { Exchange, TestedBody } from "#src/core/postbacks/attempt.ts";
import { decoded, encodedBytesNeeded, type KeptBody, textOf } from "./body-decoding.ts";
import type { Connection } from "./connection.ts";
import type { ThreadOrder } from "./message-codec.ts";
import { retryAfterSeconds } from "./retry-after.ts";
import { exchangeFault, SenderFault } from "./sender-fault.ts";
import {
  bodyDrainedBytesMax,
  bodyKeptBytes,
  faultMessageCharactersMax,
  headerCharactersKeptMax,
  headerPairsKeptMax,
  wireBytesMax,
} from "./sender-settings.ts";

/** The present connection of one undici client; the client is one connection at a time. */
export type ConnectionSlot = { connection: Connection | null };

export type ExchangeHooks = {
  readonly now: () => number;
  readonly end: (ended: ExchangeInFlight, exchange: Exchange, testedBody: TestedBody | null) => void;
};

type IncomingHeaders = Readonly<Record<string, string | string[] | undefined>>;

/**
 * One order on its way, as undici's handler of it:
 *
 *   waiting   for a connection: `slot` is null until undici gave it to a client
 *   sent      `controller` is there; the request is on the wire
 *   answered  `status` is there
 *   ended     by the last byte, a fault, the deadline, or because enough was read; whatever undici
 *             says afterwards is no longer heard
 */
export class ExchangeInFlight implements Dispatcher.DispatchHandler {
  readonly order: ThreadOrder;
  readonly deadlineAt: number;
  slot: ConnectionSlot | null = null;
  /** Called once when undici is done with it: its client may have another one. */
  whenFree: (() => void) | null = null;
  /** Takes secrets out of what was heard; null where the request held none. */
  mask: ((text: string) => string) | null = null;
  /** The list of those in flight belongs to the deadline watch. */
  older: ExchangeInFlight | null = null;
  newer: ExchangeInFlight | null = null;
  readonly #hooks: ExchangeHooks;
  #controller: Dispatcher.DispatchController | null = null;
  #connection: Connection | null = null;
  #firstByteAt: number | null = null;
  #bytesReadBefore = 0;
  #status = 0;
  #headers: IncomingHeaders | null = null;
  #encoding = "";
  #firstChunk: Buffer | null = null;
  #moreChunks: Buffer[] | null = null;
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

  onRequestStart(controller: Dispatcher.DispatchController): void {
    // It ended while it waited for a connection. Thrown, undici passes to the next request; aborted, it would cut the connection.
    if (this.#isEnded) throw new SenderFault("deadline", "no longer wanted");
    this.#controller = controller;
    this.#connection = this.slot?.connection ?? null;
    this.#bytesReadBefore = this.#connection?.socket?.bytesRead ?? 0;
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: IncomingHeaders): void {
    if (status < 200) return;
    this.#firstByteAt = this.#hooks.now();
    this.#status = status;
    this.#headers = headers;
    const encoding = headers["content-encoding"];
    if (encoding !== undefined && encoding !== "identity") {
      this.#encoding = String(encoding).trim().toLowerCase();
      this.#keptBytesMax = Math.max(this.#keptBytesMax, encodedBytesNeeded);
    }
    // Of a body that says it is too long to be drained nothing beyond the kept part is waited for.
    if (Number(headers["content-length"] ?? 0) > bodyDrainedBytesMax) this.#drainedBytesMax = this.#keptBytesMax;
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#isEnded) return;
    if (this.#receivedBytes <= this.#keptBytesMax) this.#keep(chunk);
    this.#receivedBytes += chunk.length;
    if (this.#receivedBytes <= this.#drainedBytesMax) return;
    this.#answered();
    controller.abort(new SenderFault("body_timeout", "enough was read"));
  }

  #keep(chunk: Buffer): void {
    if (this.#firstChunk === null) this.#firstChunk = chunk;
    else if (this.#moreChunks === null) this.#moreChunks = [chunk];
    else this.#moreChunks.push(chunk);
  }

  onResponseEnd(): void {
    this.#answered();
    this.#free();
  }

  onResponseError(_controller: Dispatcher.DispatchController | null, error: Error): void {
    this.fail(exchangeFault(error));
    // Undici is in the middle of taking its client's state apart, and tells of it before the next microtask.
    queueMicrotask(() => this.#free());
  }

  #free(): void {
    const { whenFree } = this;
    this.whenFree = null;
    whenFree?.();
  }

  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** Looks at what nothing calls back for. A deadline that is over is told by the phase that took too long. */
  check(now: number): void {
    if (this.deadlineAt <= now) this.#cut(this.#lateness());
    else if (this.#bytesRead() > wireBytesMax) this.#cut(new SenderFault("bad_response", "the answer does not end"));
  }

  #cut(fault: SenderFault): void {
    this.fail(fault);
    this.#controller?.abort(fault);
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
    if (this.#status > 0) return new SenderFault("body_timeout", "the rest of the answer took too long");
    if (this.#controller !== null) return new SenderFault("headers_timeout", "no answer came in time");
    const connection = this.slot?.connection ?? null;
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
    const first = this.#firstChunk;
    const bytes = first === null || this.#moreChunks === null ? first : Buffer.concat([first, ...this.#moreChunks]);
    const received = bytes ?? noBytes;
    if (this.#encoding === "" || bytes === null) this.#respond(received);
    else this.#decodeAndRespond(received);
  }

  /** Only who tests the body needs to know that it cannot be read; for others the status says all. */
  #decodeAndRespond(bytes: Buffer): void {
    this.#isEnded = true;
    const durationMs = this.#sinceHandOver(this.#hooks.now());
    decoded(this.#encoding, bytes, this.order.bodyNeeded ? bodyDrainedBytesMax : bodyKeptBytes).then(
      (body) => this.#respond(body, durationMs),
      (error: Error) => {
        if (!this.order.bodyNeeded) this.#tell(unreadBody, { durationMs });
        else this.#finish({ kind: "fault", fault: "bad_response", message: error.message }, { durationMs });
      },
    );
  }

  #respond(bytes: Buffer, durationMs = this.#sinceHandOver(this.#hooks.now())): void {
    const kept = textOf(bytes, bodyKeptBytes);
    if (!this.order.bodyNeeded || !kept.truncated) {
      this.#tell(kept, { durationMs });
      return;
    }
    const { text, truncated } = textOf(bytes, bodyDrainedBytesMax);
    const isCut = truncated || this.#receivedBytes > this.#keptBytesMax;
    this.#tell(kept, { durationMs, testedBody: { text: this.#masked(text), isCut } });
  }

  #tell(body: KeptBody, ended: Ended): void {
    const retryAfter = this.#headers?.["retry-after"];
    this.#finish(
      {
        kind: "response",
        status: this.#status,
        headers: this.#headers === null ? [] : keptHeaders(this.#headers, this.mask),
        body: this.#masked(body.text),
        bodyTruncated: body.truncated,
        retryAfterS:
          retryAfter === undefined
            ? null
            : retryAfterSeconds(String(retryAfter), this.order.startedAt + ended.durationMs),
      },
      ended,
    );
  }

  #finish(answer: Exchange["answer"], ended: Ended = { durationMs: this.#sinceHandOver(this.#hooks.now()) }): void {
    this.#isEnded = true;
    const connection = this.#connection ?? this.slot?.connection ?? null;
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

const keptHeaders = (headers: IncomingHeaders, mask: ((text: string) => string) | null): readonly string[] => {
  const kept: string[] = [];
  let characters = 0;
  for (const name of Object.keys(headers)) {
    const value = headers[name];
    for (const part of typeof value === "string" ? [value] : (value ?? [])) {
      characters += name.length + part.length;
      if (kept.length >= headerPairsKeptMax * 2 || characters > headerCharactersKeptMax) return kept;
      kept.push(name, mask === null ? part : mask(part));
    }
  }
  return kept;
};

type Ended = { readonly durationMs: number; readonly testedBody?: TestedBody };

const noBytes = Buffer.alloc(0);
const unreadBody: KeptBody = { text: "", truncated: true };
