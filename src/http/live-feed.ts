import type { AppId } from "#src/core/ids.ts";
import type { Chance } from "#src/ports/chance.ts";
import type { Clock } from "#src/ports/clock.ts";
import type { Bounds } from "./scope.ts";

export type FeedKind = "event" | "postback" | "refused";

/** Where a client's messages go. */
export type FeedSink = {
  readonly write: (text: string) => void;
  /** Written, and not taken by the client yet. */
  readonly pendingBytes: () => number;
  readonly end: (text: string) => void;
  /** Closes the connection of one that does not even take its last words. */
  readonly cut: () => void;
};

/** Clients at once; each costs a message for everything that happens. */
const clientsMax = 32;
/** A client that has so much waiting does not read. */
const pendingBytesMax = 256 * 1024;
/** What one that comes back is told at once; the rest of what may wait for it is for what happens meanwhile. */
const missedBytesMax = pendingBytesMax / 2;
/** Messages told one by one in a second; beyond them they only count. */
const messagesPerSecondMax = 500;
/** Messages that a client may miss and be told later. */
const rememberedMax = 1_000;
/** After the last client has gone: it may come back. */
const rememberedMs = 60_000;
/** For one that was dropped to take its last words. */
const lastWordsMs = 5_000;
const secondMs = 1_000;

type Counts = Record<FeedKind | "omitted", number>;
/** What a message is about: who sees that is told. */
export type FeedPlace = {
  readonly appId: AppId | null;
  readonly isSeen: (bounds: Bounds) => boolean;
  /** What of it is told to whoever is no operator; absent: all of it. */
  readonly part?: (bounds: Bounds) => object;
};
type Watching = {
  readonly appId: AppId | null;
  readonly bounds: () => Bounds;
  readonly isOperator: () => boolean;
  /** Why it may watch no longer, or null; asked every second. */
  readonly ended: () => string | null;
};
type Client = Watching & { readonly sink: FeedSink; readonly counts: Counts };
type Remembered = {
  readonly kind: FeedKind;
  readonly id: string;
  readonly number: number;
  readonly place: FeedPlace;
  readonly text: string;
};

const noCounts = (): Counts => ({ event: 0, postback: 0, refused: 0, omitted: 0 });

/**
 * What happens, for those who watch (`GET /v1/stream`). Bounded on every side: clients, what waits for one, messages a
 * second and what is remembered for one that comes back. A client that does not read is dropped with
 * words; nothing waits for it, and while nobody watches nothing is written.
 */
export class LiveFeed {
  readonly #clock: Clock;
  /** Numbers of another process are no numbers of this one. */
  readonly #epoch: string;
  readonly #clients = new Set<Client>();
  /** Dropped, and still connected: what keeps each from being cut. */
  readonly #ending = new Map<Client, () => void>();
  #remembered: Remembered[] = [];
  #last = 0;
  #inThisSecond = 0;
  #watchedUntil = Number.NEGATIVE_INFINITY;
  #isTicking = false;
  /** Figures of now for the counters; named by whoever has an engine. */
  figures: () => Readonly<Record<string, number | string | null>> = () => ({});

  constructor({ clock, chance }: { readonly clock: Clock; readonly chance: Chance }) {
    this.#clock = clock;
    this.#epoch = [...chance.bytes(4)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  /** Whether anything is to be told; asked before it is put into words. */
  get isWatched(): boolean {
    return this.#clients.size > 0 || this.#clock.monotonic() < this.#watchedUntil;
  }

  get isFull(): boolean {
    return this.#clients.size + this.#ending.size >= clientsMax;
  }

  /** `appId` null: only for those who watch everything. */
  publish(kind: FeedKind, place: FeedPlace, tell: () => object): void {
    if (!this.isWatched) return;
    const isOmitted = this.#inThisSecond >= messagesPerSecondMax;
    for (const { counts } of this.#seenBy(place)) {
      counts[kind] += 1;
      if (isOmitted) counts.omitted += 1;
    }
    this.#inThisSecond += 1;
    if (isOmitted) return;
    this.#last += 1;
    const id = `${this.#epoch}-${this.#last}`;
    const message = { kind, id, number: this.#last, place, text: messageText(kind, tell(), id) };
    this.#remembered.push(message);
    if (this.#remembered.length > rememberedMax) this.#remembered = this.#remembered.slice(-rememberedMax / 2);
    for (const client of this.#seenBy(place)) this.#send(client, textFor(client, message));
  }

  #seenBy(place: FeedPlace): Client[] {
    return [...this.#clients].filter((client) => isFor(client, place));
  }

  /** Answers how to leave. Asked whether it is full before. */
  watch(sink: FeedSink, { lastEventId, ...watching }: Watching & { readonly lastEventId: string | null }): () => void {
    const client: Client = { ...watching, sink, counts: noCounts() };
    this.#clients.add(client);
    sink.write(`retry: 2000\n\n${messageText("hello", { messages_per_second_max: messagesPerSecondMax })}`);
    if (lastEventId !== null) this.#catchUp(client, lastEventId);
    this.#startTicking();
    return () => {
      this.#leave(client);
      this.#ending.get(client)?.();
      this.#ending.delete(client);
    };
  }

  /** Ends every stream: the process stops. */
  end(): void {
    for (const client of this.#clients) this.#drop(client, "the server is shutting down; connect again");
  }

  #catchUp(client: Client, lastEventId: string): void {
    const [, epoch, number] = idForm.exec(lastEventId) ?? [];
    const from = Number(number);
    const oldest = this.#remembered[0]?.number ?? this.#last + 1;
    const isKnown = epoch === this.#epoch && from >= oldest - 1;
    const missed = this.#remembered.filter(({ number: at, place }) => at > from && isFor(client, place));
    const text = missed.map((message) => textFor(client, message)).join("");
    if (!isKnown || text.length > missedBytesMax) this.#send(client, gapText);
    else if (text !== "") this.#send(client, text);
  }

  #send(client: Client, text: string): void {
    // One that was dropped has had its last words: whatever is written after them is an error of the connection.
    if (!this.#clients.has(client)) return;
    if (client.sink.pendingBytes() > pendingBytesMax)
      this.#drop(client, "this client does not read as fast as it is told");
    else client.sink.write(text);
  }

  #drop(client: Client, message: string): void {
    if (!this.#clients.has(client)) return;
    this.#leave(client);
    this.#ending.set(client, this.#clock.after(lastWordsMs, client.sink.cut));
    client.sink.end(messageText("dropped", { message }));
  }

  #leave(client: Client): void {
    if (this.#clients.delete(client)) this.#watchedUntil = this.#clock.monotonic() + rememberedMs;
  }

  #startTicking(): void {
    if (this.#isTicking) return;
    this.#isTicking = true;
    this.#clock.after(secondMs, () => this.#tick());
  }

  /** Counters once a second, also where nothing happens: they keep the connection alive. */
  #tick(): void {
    this.#inThisSecond = 0;
    for (const client of this.#clients) {
      const ended = client.ended();
      if (ended !== null) {
        this.#drop(client, ended);
        continue;
      }
      const { event, postback, refused, omitted } = client.counts;
      Object.assign(client.counts, noCounts());
      // What the whole server does is the operator's to know.
      const figures = client.isOperator() ? this.figures() : {};
      this.#send(client, messageText("counters", { events: event, postbacks: postback, refused, omitted, ...figures }));
    }
    if (this.isWatched) this.#clock.after(secondMs, () => this.#tick());
    else {
      this.#isTicking = false;
      this.#remembered = [];
      // What comes from here on has no number: who left before has a gap.
      this.#last += 1;
    }
  }
}

const idForm = /^([0-9a-f]{8})-(\d{1,15})$/;

const isFor = ({ appId, bounds, isOperator }: Client, place: FeedPlace): boolean =>
  (appId === null || appId === place.appId) && (isOperator() || place.isSeen(bounds()));

const textFor = ({ isOperator, bounds }: Client, { kind, id, place, text }: Remembered): string =>
  place.part === undefined || isOperator() ? text : messageText(kind, place.part(bounds()), id);

/** JSON holds no line break, so that one line of `data` is enough. */
const messageText = (name: string, data: object, id?: string): string =>
  `${id === undefined ? "" : `id: ${id}\n`}event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;

const gapText = messageText("gap", {
  message: "what came since is no longer remembered; look with GET /v1/events and GET /v1/postbacks",
});
