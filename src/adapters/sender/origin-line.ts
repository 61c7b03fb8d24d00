import type { Connect, ConnectionTarget } from "./connection.ts";
import { monotonicMs } from "./monotonic-time.ts";
import { type Dispatchable, ReceiverConnection } from "./receiver-connection.ts";
import { idleLookEveryMs } from "./sender-settings.ts";

export type OriginLineOptions = {
  readonly origin: string;
  readonly connectionsMax: number;
  readonly connect: Connect;
  /** Nothing is connected, under way or waiting any more. */
  readonly onUnused: () => void;
};

/** The connections to one origin, and what waits for one of them. */
export class OriginLine {
  /** As requests name it. */
  readonly host: string;
  readonly #options: OriginLineOptions;
  readonly #target: ConnectionTarget;
  /** The one used last is used next. */
  #free: ReceiverConnection[] = [];
  readonly #waiting: Dispatchable[] = [];
  /** Where `#waiting` begins: what is before has been taken. */
  #waitingFrom = 0;
  #connections = 0;
  /** Those that are written to in the check phase of this turn. */
  #given: ReceiverConnection[] = [];
  #idleTimer: NodeJS.Timeout | null = null;

  constructor(options: OriginLineOptions) {
    const { protocol, host, hostname, port } = new URL(options.origin);
    this.host = host;
    this.#options = options;
    this.#target = { protocol, host, port, hostname: hostname.replace(/^\[|\]$/g, "") };
  }

  dispatch(dispatchable: Dispatchable): void {
    const connection = this.#takeFree();
    if (connection !== null) this.#give(connection, dispatchable);
    else if (this.#connections < this.#options.connectionsMax) this.#open(dispatchable);
    else {
      this.#waiting.push(dispatchable);
      // One that has been idle for too long makes room for a new one.
      this.#free.at(-1)?.close();
    }
  }

  #open(first: Dispatchable): void {
    this.#connections += 1;
    void new ReceiverConnection(this.#target, this.#options.connect, {
      first,
      onFree: (connection) => this.#freed(connection),
      onGone: (connection, unsent) => this.#gone(connection, unsent),
    });
  }

  #give(connection: ReceiverConnection, dispatchable: Dispatchable): void {
    connection.give(dispatchable);
    this.#given.push(connection);
    if (this.#given.length === 1) setImmediate(() => this.#writeGiven());
  }

  #writeGiven(): void {
    const given = this.#given;
    this.#given = [];
    for (const connection of given) connection.writeGiven();
  }

  #freed(connection: ReceiverConnection): void {
    const next = this.#nextWaiting();
    if (next !== null) {
      this.#give(connection, next);
      return;
    }
    this.#free.push(connection);
    this.#idleTimer ??= setTimeout(() => this.#closeIdle(), idleLookEveryMs).unref();
  }

  #takeFree(): ReceiverConnection | null {
    if (this.#free.length === 0) return null;
    const now = monotonicMs();
    const place = this.#free.findLastIndex(({ freeUntil }) => freeUntil > now);
    return place < 0 ? null : (this.#free.splice(place, 1)[0] ?? null);
  }

  #closeIdle(): void {
    const now = monotonicMs();
    this.#idleTimer = null;
    for (const connection of this.#free.filter(({ freeUntil }) => freeUntil <= now)) connection.close();
    if (this.#free.length > 0) this.#idleTimer = setTimeout(() => this.#closeIdle(), idleLookEveryMs).unref();
  }

  #gone(connection: ReceiverConnection, unsent: Dispatchable | null): void {
    this.#connections -= 1;
    this.#free = this.#free.filter((free) => free !== connection);
    if (unsent !== null && !unsent.exchange.isEnded) this.dispatch(unsent);
    else {
      const next = this.#nextWaiting();
      if (next !== null) this.#open(next);
    }
    if (this.#connections === 0) this.#options.onUnused();
  }

  /** What has ended while it waited is left out. */
  #nextWaiting(): Dispatchable | null {
    while (this.#waitingFrom < this.#waiting.length) {
      const next = this.#waiting[this.#waitingFrom];
      this.#waitingFrom += 1;
      if (this.#waitingFrom * 2 >= this.#waiting.length) {
        this.#waiting.splice(0, this.#waitingFrom);
        this.#waitingFrom = 0;
      }
      if (next !== undefined && !next.exchange.isEnded) return next;
    }
    return null;
  }
}
