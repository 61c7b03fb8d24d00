import type { Socket } from "node:net";
import type { Connect, Connection, ConnectionTarget } from "./connection.ts";
import type { ExchangeInFlight } from "./exchange.ts";
import { monotonicMs } from "./monotonic-time.ts";
import type { RequestBytes } from "./request-bytes.ts";
import { ResponseReader } from "./response-reader.ts";
import { exchangeFault, SenderFault } from "./sender-fault.ts";
import { keepAliveMs } from "./sender-settings.ts";

/** One exchange with what is to be sent. */
export type Dispatchable = { readonly request: RequestBytes; readonly exchange: ExchangeInFlight };

export type ConnectionHooks = {
  /** Its answer was read, and it may be used again; `freeUntil` is set. */
  readonly onFree: (connection: ReceiverConnection) => void;
  /** Called once. What it was given and has not begun to write comes back. */
  readonly onGone: (connection: ReceiverConnection, unsent: Dispatchable | null) => void;
};

/**
 * One connection to a receiver, with at most one request at a time.
 *
 *   connecting  with its first request, which goes out when the connection is there
 *   busy        a request was written; what comes is its answer
 *   free        nothing is asked; whatever comes ends it
 *   given       has the next request, which is written in the check phase of this turn of the event
 *               loop: by then it has been seen whether the receiver has closed, or says what nobody asked
 *   gone        its socket is closed, or is being closed
 */
export class ReceiverConnection {
  readonly #hooks: ConnectionHooks;
  readonly #reader = new ResponseReader();
  #connection: Connection | null = null;
  #socket: Socket | null = null;
  #given: Dispatchable | null;
  #busy: ExchangeInFlight | null = null;
  #isLast = false;
  #keepMs = 0;
  #isGone = false;
  /** Monotonic; by then it is to be used or closed. */
  freeUntil = 0;

  constructor(target: ConnectionTarget, connect: Connect, hooks: ConnectionHooks & { readonly first: Dispatchable }) {
    this.#hooks = hooks;
    this.#given = hooks.first;
    hooks.first.exchange.carrier = this;
    try {
      connect((connection) => {
        this.#connection = connection;
      })(target, (error, socket) => {
        if (error !== null) this.#notConnected(error);
        else this.#connected(socket);
      });
    } catch (error) {
      // Later, as any other failure: whoever opens it does not expect it gone already.
      queueMicrotask(() => this.#notConnected(error));
    }
  }

  get connection(): Connection | null {
    return this.#connection;
  }

  /** Free until now; to be written by `writeGiven`. */
  give(dispatchable: Dispatchable): void {
    dispatchable.exchange.carrier = this;
    this.#given = dispatchable;
  }

  /** Nothing where it has gone meanwhile. */
  writeGiven(): void {
    const given = this.#given;
    const socket = this.#socket;
    if (given === null || socket === null || this.#isGone) return;
    this.#given = null;
    // Ended while it waited: the connection is as free as before.
    if (given.exchange.isEnded) {
      this.#hooks.onFree(this);
      return;
    }
    this.#busy = given.exchange;
    this.#isLast = given.request.isLast;
    this.#keepMs = 0;
    this.#reader.expect(this);
    given.exchange.sent();
    write(socket, given.request);
  }

  /** Whoever closes it has ended what is under way on it; where that is not so it is told, not left to wait. */
  close(): void {
    this.#gone(new SenderFault("reset", "the connection was closed"));
  }

  onHead(head: Parameters<ExchangeInFlight["onHead"]>[0]): void {
    this.#keepMs = this.#isLast ? 0 : head.keepMs;
    this.#busy?.onHead(head);
  }

  onBody(bytes: Buffer): void {
    this.#busy?.onBody(bytes);
  }

  #notConnected(error: unknown): void {
    const given = this.#given;
    this.#given = null;
    given?.exchange.fail(exchangeFault(error));
    this.#gone(null);
  }

  #connected(socket: Socket): void {
    this.#socket = socket;
    this.freeUntil = monotonicMs() + keepAliveMs;
    socket.on("data", (chunk: Buffer) => this.#read(chunk));
    socket.on("end", () => this.#ended(new SenderFault("reset", "the other side closed the connection")));
    socket.on("error", (error) => this.#ended(exchangeFault(error)));
    socket.on("close", () => this.#ended(new SenderFault("reset", "the connection was closed")));
    this.writeGiven();
  }

  #read(chunk: Buffer): void {
    const exchange = this.#busy;
    if (exchange === null) {
      // Unasked: whoever is asked next would take it for the answer.
      this.#gone(null);
      return;
    }
    try {
      const state = this.#reader.read(chunk);
      if (state !== "more") this.#answered(exchange, state === "whole" ? this.#keepMs : 0);
    } catch (error) {
      this.#gone(exchangeFault(error));
    }
  }

  #answered(exchange: ExchangeInFlight, keepMs: number): void {
    this.#busy = null;
    exchange.onEnd();
    if (keepMs === 0) this.#gone(null);
    if (this.#isGone) return;
    this.freeUntil = monotonicMs() + keepMs;
    this.#hooks.onFree(this);
  }

  #ended(fault: SenderFault): void {
    // A reset behind all that was said comes from receivers that close without reading the rest.
    if (this.#busy !== null && this.#reader.endsByClose) this.#answered(this.#busy, 0);
    else this.#gone(fault);
  }

  #gone(fault: SenderFault | null): void {
    if (this.#isGone) return;
    this.#isGone = true;
    const exchange = this.#busy;
    const unsent = this.#given;
    this.#busy = null;
    this.#given = null;
    this.#socket?.destroy();
    if (fault !== null) exchange?.fail(fault);
    this.#hooks.onGone(this, unsent);
  }
}

const write = (socket: Socket, { head, body, isPlain }: RequestBytes): void => {
  if (body === null) socket.write(head, "latin1");
  else if (isPlain) socket.write(head + body, "latin1");
  else {
    socket.cork();
    socket.write(head, "latin1");
    socket.write(body, "utf8");
    socket.uncork();
  }
};
